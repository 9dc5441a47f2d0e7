import { beforeEach, describe, expect, test } from 'vitest'

import { BOTH, type ChecklistDesk, FILE, ONCE, openChecklistDesk } from './checklist-desk.ts'

let at: ChecklistDesk

beforeEach(async () => {
  at = await openChecklistDesk()
  return () => at[Symbol.asyncDispose]()
})

describe('a checklist', () => {
  test('is stamped when a deal comes into its stage: in its section, in the CRM too, and nothing more happens', async () => {
    await at.say()
    await at.move(12)
    await at.bridge.settle()
    expect(await at.desk.book()).toEqual(BOTH)
    await at.expectEach(1)
    const fub = await at.bridge.fubTasks()
    expect(fub.map(({ personId }) => personId)).toEqual([at.tom, at.tom])
    const call = fub.find(({ name }) => name === 'Order the inspection')
    const item = await at.desk.item('Order the inspection')
    expect(call?.type).toBe('Call')
    expect(item.labels.toSorted()).toEqual(['call', 'inspection'])
    expect(item.description.split('\n').at(0)).toBe('Ask for the crawl space, too.')
    expect(item.description).toContain('\nBaker: Lot 4 · Offer\n')
    expect(item.description.split('\n').at(-1)).toBe(`dealbridge: follow-up-boss/task/${call?.id}`)
    expect(item.due).not.toBeNull()
    // The CRM does not know the day on which this one hangs.
    expect((await at.desk.item('Book the closing')).due).toBeNull()
    const [row] = await at.bridge.db<{ pairs: number }[]>`
      select count(*)::int as pairs from pair where deal = ${at.deal} and memory = 'linked' and decrees = '[]'`
    expect(row?.pairs).toBe(2)
    const writes = await at.desk.writes()
    await at.bridge.settle()
    expect(await at.desk.writes()).toBe(writes)
  })

  test('is stamped for a deal that is made in its stage, and not for one that was there before it', async () => {
    await at.move(12)
    await at.bridge.settle()
    await at.say()
    await at.bridge.settle()
    await at.expectEach(0)
    const ann = await at.desk.person('Ann Other')
    await at.desk.deal('Other: Lot 5', 12, [ann])
    await at.bridge.settle()
    await at.expectEach(1)
    expect(new Set(Object.values(await at.desk.book()))).toEqual(new Set(['Offer / Other: Lot 5']))
  })

  test('set before deals were ever listed leaves alone those that are in its stage by then', async () => {
    await at.move(12)
    await at.bridge.db`truncate deal_cache, deal_home, stamp, checklist`
    await at.bridge.db`update connection set deals_listed_at = null`
    await at.bridge.worker.pullDeals('complete')
    await at.bridge.db`update connection set deals_listed_at = null`
    await at.say()
    await at.bridge.settle()
    await at.expectEach(0)
    await at.move(11)
    await at.bridge.settle()
    await at.move(12)
    await at.bridge.settle()
    await at.expectEach(1)
  })

  test('comes again with a new entry, and not by the change of anything else', async () => {
    await at.say()
    await at.move(12)
    await at.bridge.settle()
    await at.desk.change(Number(at.deal), { name: 'Baker: Lot 5', projectedCloseDate: '2026-12-31' })
    await at.bridge.settle()
    await at.expectEach(1)
    expect((await at.desk.item('Book the closing')).due).toBeNull()
    await at.move(13)
    await at.hear()
    await at.move(12)
    await at.bridge.settle()
    await at.expectEach(2)
    const dues = (await at.bridge.items()).flatMap(({ content, due }) =>
      content === 'Book the closing' ? [due?.date] : [],
    )
    expect(dues.toSorted()).toEqual(['2026-12-24', undefined])
  })

  test('of a stage that a deal has left before anybody saw it is not stamped', async () => {
    await at.say()
    await at.move(12)
    await at.hear()
    await at.move(13)
    await at.bridge.settle()
    await at.expectEach(0)
  })

  test('that is renamed, removed or set anew is stamped for later entries alone', async () => {
    await at.say()
    await at.move(12)
    await at.bridge.settle()
    await at.say(FILE.replace('Offer made:', 'Offer signed:').concat('  Offer made:\n'))
    await at.bridge.settle()
    await at.say(`templates: {Offer signed: null}`)
    await at.bridge.settle()
    await at.say()
    await at.bridge.settle()
    await at.expectEach(1)
  })

  test('lies in General where the stage has no project, and in the section of a closed stage', async () => {
    await at.say(`stages: {Offer: none}\n${FILE}`)
    await at.move(12)
    await at.bridge.settle()
    expect(new Set(Object.values(await at.desk.book()))).toEqual(new Set(['📌 General CRM Tasks / ']))
    await at.say(FILE.replace('Buyers · Offer', 'Closed'))
    await at.move(14)
    await at.bridge.settle()
    await at.bridge.settle()
    await at.expectEach(2)
    expect(new Set(Object.values(await at.desk.book()))).toEqual(new Set(['Closed / Baker: Lot 4']))
  })

  test('of a deal without people waits in Todoist for one', async () => {
    await at.desk.change(Number(at.deal), { peopleIds: [] })
    await at.say()
    await at.move(12)
    await at.bridge.settle()
    expect(await at.titles()).toEqual({ fub: [], todoist: ONCE })
    expect((await at.desk.item('Book the closing')).labels).toContain('needs-person')
    await at.desk.change(Number(at.deal), { peopleIds: [at.tom] })
    await at.bridge.settle()
    await at.expectEach(1)
  })
})
