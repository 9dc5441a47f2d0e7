import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DavDesk, openDavDesk } from './dav-desk.ts'

let desk: DavDesk

beforeEach(async () => {
  desk = await openDavDesk()
}, 300_000)
afterEach(() => desk.close())

const GENERAL = '📌 General CRM Tasks'

describe('a task of Follow Up Boss, in an app that has lists and no sections', () => {
  test('goes into the list of its deal’s stage with the deal as a label, and follows it', async () => {
    const tom = await desk.person('Tom Baker')
    const ann = await desk.person('Ann Other')
    const id = await desk.deal('Baker: 123 Main St', 11, [tom])
    await desk.task('Call', tom)
    await desk.task('Write', tom)
    await desk.task('Visit', ann)
    await desk.settle()
    const labels = [`Baker: 123 Main St (${id})`]
    expect(await desk.book()).toEqual({
      Call: { lists: ['Showing'], labels },
      Write: { lists: ['Showing'], labels },
      Visit: { lists: [GENERAL], labels: [] },
    })
    await desk.change(id, { stageId: 12 })
    await desk.settle()
    expect((await desk.book()).Call).toEqual({ lists: ['Offer'], labels })
    expect((await desk.book()).Write).toEqual({ lists: ['Offer'], labels })
    const before = await desk.writes()
    await desk.settle()
    expect(await desk.writes()).toBe(before)
  })
})
