import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { editRoute } from '../../src/activities/route-admin.ts'
import { routeFileChange } from '../../src/starter/route-file.ts'
import { inTransaction } from '../../src/store/database.ts'
import { allRoutes } from '../../src/store/routes.ts'
import { FILE, ONCE } from './checklist-desk.ts'
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

  test('of a checklist is made in the list of the stage, once, with the labels of its deal and of the tables', async () => {
    const { deciding, db } = desk.accounts
    const [route] = await allRoutes(db)
    if (route === undefined) throw new Error('there is no route')
    const tom = await desk.person('Tom Baker')
    const id = await desk.deal('Baker: Lot 4', 11, [tom])
    await desk.settle()
    const change = routeFileChange(FILE, 'route.yaml')
    await inTransaction(db, (tx) => editRoute(tx, deciding.deps, route, change, null))
    await db`update route set policy = jsonb_set(policy, '{deals,fields,type}', '"customPropertyType"')`
    // Follow Up Boss tells entries to the second.
    await desk.crm('POST', '/__sim/clock', { advanceMs: 1_000 })
    await desk.change(id, { stageId: 12, customPropertyType: 'Buyer' })
    await desk.settle()
    const ours = [`Baker: Lot 4 (${id})`, 'buyer']
    expect(await desk.book()).toEqual({
      'Order the inspection': { lists: ['Offer'], labels: expect.arrayContaining(['inspection', ...ours]) },
      'Book the closing': { lists: ['Offer'], labels: expect.arrayContaining(ours) },
    })
    const { tasks } = await desk.crm<{ tasks: { name: string; personId: number }[] }>(
      'GET',
      '/v1/tasks?limit=10',
    )
    expect(tasks.map(({ name, personId }) => [name, personId]).sort()).toEqual(
      ONCE.map((title) => [title, tom]),
    )
    await desk.change(id, { customPropertyType: 'Seller' })
    await desk.settle()
    const { labels } = (await desk.book())['Book the closing'] ?? { labels: [] }
    expect(labels.filter((label) => ['buyer', 'seller'].includes(label))).toEqual(['seller'])
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
