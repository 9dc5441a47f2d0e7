import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DealLink, MovedBack, Place, PlacedDeal, PlacementView } from './placed.ts'
import { samePlace } from './placed.ts'
import { type Placement, placeTask } from './placement.ts'
import { foldLabel } from './type-labels.ts'

const TOM = '7'
const deal = (id: string, list: string | null, given: Partial<PlacedDeal> = {}): PlacedDeal => ({
  id,
  status: 'active',
  closed: false,
  people: [TOM],
  housed: list !== null,
  list,
  label: `Deal (${id})`,
  ...given,
})
const listOf = (home: string): Place => ({ kind: 'list', home })
const GENERAL: Place = { kind: 'general' }
const user = (id: string | null): DealLink => ({ deal: id, by: 'user' })
const rule = (id: string): DealLink => ({ deal: id, by: 'rule' })
const view = (given: Partial<PlacementView> = {}): PlacementView => ({
  linked: null,
  person: TOM,
  deals: [],
  found: null,
  confirmed: null,
  labels: [],
  ours: [],
  movedBack: null,
  ...given,
})

/** What the record holds then; the task is not moved yet. */
const noted = (asked: PlacementView, answer: Placement): PlacementView => ({
  ...asked,
  linked: answer.link,
  person: asked.person ?? answer.person,
  labels: asked.labels.filter((label) => !answer.consumed.includes(label)),
  ours: answer.ours,
  movedBack: answer.movedBack,
  confirmed: answer.confirmed,
})
const followed = (asked: PlacementView, answer: Placement): PlacementView => ({
  ...noted(asked, answer),
  ...(answer.to === null ? {} : { found: answer.to, confirmed: answer.to }),
})
/** All that is to be done is done, and its label written. */
function settled(asked: PlacementView): PlacementView {
  const done = followed(asked, placeTask(asked))
  const linked = done.deals.find(({ id }) => id === done.linked?.deal)
  const wanted = linked?.label === undefined ? [] : [linked.label]
  const there = done.labels.filter((label) => !(done.ours ?? []).includes(foldLabel(label)))
  const next = { ...done, labels: [...there, ...wanted], ours: wanted.map(foldLabel) }
  return followed(next, placeTask(next))
}
const moved = (asked: PlacementView, found: Place): PlacementView => ({ ...asked, found })

const SHOWING = deal('1', 'showing')
const OFFER = deal('2', 'offer')

describe('a list stands for a stage', () => {
  test('a task lies in the list of its deal, also where others lie, and follows it', () => {
    const first = settled(view({ deals: [SHOWING], found: GENERAL }))
    expect(first).toMatchObject({ found: listOf('showing'), linked: rule('1'), ours: ['deal (1)'] })
    expect(settled({ ...first, deals: [deal('1', 'offer')] }).found).toEqual(listOf('offer'))
    expect(settled({ ...first, deals: [deal('1', null, { status: 'archived' })] }).found).toEqual(GENERAL)
  })

  test('moved to another one it goes back, moved again it stays, until its deal goes on', () => {
    const home = settled(view({ deals: [SHOWING], found: GENERAL }))
    const back = moved(home, listOf('offer'))
    expect(placeTask(back)).toMatchObject({ to: listOf('showing'), link: rule('1') })
    const again = moved(settled(settled(back)), listOf('offer'))
    expect(placeTask(again)).toMatchObject({ lie: { kind: 'stay' }, link: rule('1') })
    const left = settled(again)
    expect(settled(left).found).toEqual(listOf('offer'))
    expect(settled({ ...left, deals: [deal('1', 'closed')] }).found).toEqual(listOf('closed'))
  })

  test('into General it is unlinked', () => {
    const home = settled(view({ deals: [SHOWING], found: GENERAL }))
    expect(placeTask(moved(home, GENERAL))).toMatchObject({ link: user(null), to: GENERAL })
  })

  test('one without a deal is linked by the list where only one of its person’s deals lies there', () => {
    const asks = settled(view({ deals: [SHOWING, OFFER], found: GENERAL }))
    expect(asks).toMatchObject({ linked: null, found: GENERAL })
    expect(placeTask(moved(asks, listOf('offer')))).toMatchObject({ link: user('2'), to: listOf('offer') })
    expect(placeTask(moved(asks, listOf('closed')))).toMatchObject({ link: null, to: GENERAL })
    const made = view({ deals: [SHOWING, OFFER], found: listOf('offer') })
    expect(placeTask(made)).toMatchObject({ link: rule('2'), to: listOf('offer') })
    const two = [SHOWING, deal('3', 'showing')]
    expect(placeTask(view({ deals: two, found: listOf('showing') })).link).toBe(null)
  })
})

describe('a label stands for a deal', () => {
  const both = { deals: [SHOWING, OFFER], found: listOf('showing'), confirmed: listOf('showing') }
  const linked = { ...both, linked: rule('1'), ours: ['deal (1)'] }

  test('that of its own deal says nothing', () => {
    const asked = view({ ...linked, labels: ['Deal (1)', 'vip'] })
    expect(placeTask(asked)).toMatchObject({ link: rule('1'), consumed: [], ours: ['deal (1)'] })
  })

  test.each([
    ['in place of it', ['DEAL (2)'], ['deal (2)']],
    ['beside it', ['Deal (1)', 'deal (2)'], ['deal (1)', 'deal (2)']],
  ])('another deal’s links the task to that and stays: %s', (_words, labels, ours) => {
    const asked = view({ ...linked, labels })
    const answer = placeTask(asked)
    expect(answer).toMatchObject({ link: user('2'), to: listOf('offer'), consumed: [], ours })
    expect(placeTask(noted(asked, answer))).toMatchObject({ link: user('2'), to: listOf('offer') })
  })

  test('back to the one before it links the task to that again', () => {
    const there = settled(view({ ...linked, labels: ['Deal (2)'] }))
    expect(placeTask({ ...there, labels: ['Deal (1)'] })).toMatchObject({ link: user('1') })
  })

  test('the old one is no word of the user’s while it waits to be taken away', () => {
    const asked = view({ ...linked, linked: user('2'), labels: ['Deal (1)'] })
    expect(placeTask(asked)).toMatchObject({ link: user('2'), to: listOf('offer') })
  })

  test('taken away it says nothing; that of a deal its person is not on links nothing', () => {
    expect(placeTask(view({ ...linked, labels: [] }))).toMatchObject({ link: rule('1'), ours: ['deal (1)'] })
    const foreign = deal('3', 'offer', { people: ['8'] })
    const asked = view({ ...linked, deals: [SHOWING, foreign], labels: ['Deal (3)'] })
    expect(placeTask(asked)).toMatchObject({ link: rule('1'), tell: { kind: 'not-on-deal', deal: '3' } })
  })

  test('label deal-<id> links as well, and is taken away', () => {
    const asked = view({ ...linked, labels: ['Deal (1)', 'deal-2'] })
    expect(placeTask(asked)).toMatchObject({ link: user('2'), consumed: ['deal-2'] })
  })
})

test('in every situation: asked again it asks for the same, and once that is done for nothing', () => {
  const homes = fc.constantFrom('showing', 'offer', 'closed')
  const place = fc.oneof(
    fc.constant(null),
    fc.constant(GENERAL),
    fc.constant<Place>({ kind: 'elsewhere' }),
    homes.map(listOf),
  )
  const known = fc
    .record({
      id: fc.constantFrom('1', '2', '3'),
      list: fc.option(homes),
      people: fc.constantFrom([TOM], ['8']),
    })
    .map(({ id, list, people }) => deal(id, list, { people, status: list === null ? 'archived' : 'active' }))
  const back: fc.Arbitrary<MovedBack | null> = fc.option(
    fc.record({ list: fc.oneof(homes, fc.constant('general')), arrived: fc.boolean() }),
  )
  const label = fc.constantFrom('Deal (1)', 'DEAL (2)', 'Deal (3)', 'deal-1', 'deal-2', 'vip')
  fc.assert(
    fc.property(
      fc.record({
        linked: fc.option(fc.constantFrom(user(null), user('1'), rule('2'), rule('9'))),
        person: fc.option(fc.constant(TOM)),
        deals: fc.uniqueArray(known, { selector: ({ id }) => id }),
        found: place,
        confirmed: place,
        labels: fc.uniqueArray(label, { maxLength: 3 }),
        ours: fc.subarray(['deal (1)', 'deal (2)', 'buyer']),
        movedBack: back,
      }),
      (asked) => {
        const answer = placeTask(asked)
        const again = placeTask(noted(asked, answer))
        expect([again.link, again.to]).toEqual([answer.link, answer.to])
        const done = followed(asked, answer)
        const after = placeTask(done)
        expect(after.link).toEqual(answer.link)
        expect(after.to === null || done.found === null || samePlace(after.to, done.found)).toBe(true)
        expect(noted(done, after)).toEqual(followed(done, after))
        if (asked.found?.kind === 'elsewhere') expect(answer.lie).toEqual({ kind: 'stay' })
      },
    ),
    { numRuns: 2_000 },
  )
})
