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
    // Made by its user in the list: its contact's deal is there.
    const showing = await desk.list('Showing')
    await desk.dav.put(`${showing}new.ics`, [`SUMMARY:Ask fub:${tom}`])
    await desk.settle()
    expect((await desk.book()).Ask).toEqual({ lists: ['Showing'], labels })
    expect(await desk.crm('GET', '/v1/tasks?limit=10')).toMatchObject({
      tasks: expect.arrayContaining([expect.objectContaining({ name: 'Ask', personId: tom })]),
    })
    await desk.change(id, { stageId: 12 })
    await desk.settle()
    expect((await desk.book()).Call).toEqual({ lists: ['Offer'], labels })
    expect((await desk.book()).Write).toEqual({ lists: ['Offer'], labels })
    const before = await desk.writes()
    await desk.settle()
    expect(await desk.writes()).toBe(before)
  })

  test('that its user puts into another stage’s list goes back once; labels, and not lists, say the deal', async () => {
    const tom = await desk.person('Tom Baker')
    const main = await desk.deal('Baker: 123 Main St', 11, [tom])
    const elm = await desk.deal('Baker: 9 Elm St', 12, [tom])
    await desk.task('Call', tom)
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: [GENERAL], labels: [] } })
    // Two deals, and nobody guesses; one of them is in this stage.
    await desk.edit('Call', labelled(`deal-${main}`))
    await desk.settle()
    const [mainLabel, elmLabel] = [`Baker: 123 Main St (${main})`, `Baker: 9 Elm St (${elm})`]
    expect(await desk.book()).toEqual({ Call: { lists: ['Showing'], labels: [mainLabel] } })

    await desk.edit('Call', labelled(`vip,${elmLabel.toUpperCase()}`))
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: ['Offer'], labels: ['vip', elmLabel.toUpperCase()] } })
    await desk.edit('Call', labelled(`vip,${elmLabel.toUpperCase()},${mainLabel}`))
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: ['Showing'], labels: ['vip', mainLabel] } })

    await desk.moveTo('Call', 'Offer')
    await desk.settle()
    expect((await desk.book()).Call?.lists).toEqual(['Showing'])
    await desk.moveTo('Call', 'Offer')
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: ['Offer'], labels: ['vip', mainLabel] } })
    const before = await desk.writes()
    await desk.settle()
    expect(await desk.writes()).toBe(before)
    // In another stage it follows its deal again.
    await desk.change(main, { stageId: 13 })
    await desk.settle()
    expect((await desk.book()).Call?.lists).toEqual(['Buyers · Under Contract'])

    await desk.moveTo('Call', GENERAL)
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: [GENERAL], labels: ['vip'] } })
    await desk.moveTo('Call', 'Offer')
    await desk.settle()
    expect(await desk.book()).toEqual({ Call: { lists: ['Offer'], labels: ['vip', elmLabel] } })
  })
})

function labelled(names: string): (text: string) => string {
  const categories = `CATEGORIES:${names}\r\n`
  return (text) => text.replace(/^CATEGORIES:.*\r?\n/gmu, '').replace('SUMMARY:', `${categories}SUMMARY:`)
}
