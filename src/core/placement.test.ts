import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expected } from '../../test/core/placement-model.ts'
import { sameValue } from './equal.ts'
import type { DealLink, LastPlace, MovedBack, Place, PlacedDeal, PlacementView } from './placed.ts'
import { type Placement, placeTask } from './placement.ts'

const TOM = '7'
const deal = (id: string, given: Partial<PlacedDeal> = {}): PlacedDeal => ({
  id,
  status: 'active',
  closed: false,
  people: [TOM],
  housed: true,
  ...given,
})
const inDeal = (id: string): Place => ({ kind: 'deal', deal: id })
const GENERAL: Place = { kind: 'general' }
const STAGE: Place = { kind: 'stage' }
const ELSEWHERE: Place = { kind: 'elsewhere' }
const LEFT: LastPlace = { kind: 'left' }

const view = (given: Partial<PlacementView> = {}): PlacementView => ({
  linked: null,
  person: TOM,
  deals: [],
  found: null,
  confirmed: null,
  labels: [],
  movedBack: null,
  ...given,
})
const user = (id: string | null): DealLink => ({ deal: id, by: 'user' })
const rule = (id: string): DealLink => ({ deal: id, by: 'rule' })

/** The record and the labels as the answer asks for; the task not moved yet. */
function noted(asked: PlacementView, answer: Placement): PlacementView {
  return {
    ...asked,
    linked: answer.link,
    person: asked.person ?? answer.person,
    labels: asked.labels.filter((label) => !answer.consumed.includes(label)),
    movedBack: answer.movedBack,
    confirmed: answer.confirmed,
  }
}

function followed(asked: PlacementView, answer: Placement): PlacementView {
  const done = noted(asked, answer)
  return answer.lie.kind === 'stay' ? done : { ...done, found: answer.lie, confirmed: answer.lie }
}

/** Two deals that the person may be on or not, one of somebody else's, and one (`9`) that nobody knows. */
const SITUATIONS: readonly Partial<PlacedDeal>[] = [
  {},
  { closed: true },
  { housed: false },
  { status: 'archived' },
  { status: 'deleted' },
  { people: ['8', TOM], closed: true, housed: false },
  { people: ['8'] },
]
const PLACES: readonly (Place | null)[] = [
  null,
  inDeal('1'),
  inDeal('3'),
  inDeal('9'),
  GENERAL,
  STAGE,
  ELSEWHERE,
]
const LINKS: readonly (DealLink | null)[] = [null, user(null), user('1'), rule('1'), user('2'), user('9')]
const LABELS: readonly (readonly string[])[] = [
  [],
  ['deal-1'],
  ['Deal:2', 'deal-2', 'vip'],
  ['deal-1', 'deal-2'],
  ['deal-3'],
  ['deal-9'],
  ['deal-1', 'deal-9', 'deal-3'],
  ['deal-breaker'],
]
const BACK: readonly MovedBack[] = [
  { deal: '3', arrived: false },
  { deal: '3', arrived: true },
  { deal: '1', arrived: true },
]

const OTHER = deal('3', { people: ['8'] })

/** One deal or two that may be the person's, beside somebody else's. */
const WORLDS: readonly (readonly PlacedDeal[])[] = [
  [OTHER],
  ...SITUATIONS.map((first) => [deal('1', first), OTHER]),
  ...SITUATIONS.slice(0, 4).flatMap((first) =>
    [{}, { closed: true }].map((second) => [OTHER, deal('2', second), deal('1', first)]),
  ),
]
/** Of a person and of nobody yet; what labels say and what was sent back hang together in a few ways only. */
const NAMES: readonly Pick<PlacementView, 'person' | 'labels' | 'movedBack'>[] = [
  ...LABELS.map((labels) => ({ person: TOM, labels, movedBack: null })),
  ...BACK.map((movedBack) => ({ person: TOM, labels: [], movedBack })),
  { person: TOM, labels: ['deal-1'], movedBack: { deal: '3', arrived: true } },
  ...[[], ['deal-1'], ['deal-1', 'deal-3']].map((labels) => ({ person: null, labels, movedBack: null })),
]

function* everyView(): Generator<PlacementView> {
  for (const deals of WORLDS)
    for (const found of PLACES)
      for (const confirmed of [...PLACES, LEFT])
        for (const linked of LINKS)
          for (const names of NAMES) yield { deals, found, confirmed, linked, ...names }
}

describe('where a task is placed, in every situation', () => {
  it('is what the rules say, is asked for once, and holds what is promised', () => {
    for (const asked of everyView()) {
      const answer = placeTask(asked)
      const { link, lie, person, consumed, tell } = answer
      const fault = faultOf(asked, answer)
      if (fault !== null || !sameValue({ link, lie, person, consumed, tell }, expected(asked)))
        expect({ asked, fault, answer: { link, lie, person, consumed, tell } }).toEqual({
          asked,
          fault: null,
          answer: expected(asked),
        })
    }
  })
})

/** What holds of every answer, in words. */
function faultOf(asked: PlacementView, answer: Placement): string | null {
  const { link, lie } = answer
  const target = asked.deals.find(({ id }) => id === link?.deal)
  if (target !== undefined && asked.person !== null && !target.people.includes(asked.person))
    return 'linked to a deal that its person is not on'
  if (lie.kind === 'deal' && (lie.deal !== link?.deal || target?.status !== 'active' || !target.housed))
    return 'put where its deal has no home'
  if (asked.found?.kind === 'elsewhere' && lie.kind !== 'stay') return 'taken out of a project of its user'
  if (asked.found === null && asked.confirmed !== null && lie.kind !== 'stay') return 'moved unseen'
  if (asked.person !== null && answer.person !== null) return 'another person'
  const between = placeTask(noted(asked, answer))
  if (!sameValue([between.link, between.lie], [link, lie])) return 'another answer before it was moved'
  const after = followed(asked, answer)
  const again = placeTask(after)
  if (!sameValue(again.link, link) || again.person !== null || again.consumed.length > 0)
    return 'not at rest after it was followed'
  if (again.lie.kind !== 'stay' && !sameValue(again.lie, after.found)) return 'moved on'
  const third = placeTask(followed(after, again))
  return sameValue([third.movedBack, third.confirmed], [again.movedBack, again.confirmed])
    ? null
    : 'remembers something new for ever'
}

describe('the sentences of §9', () => {
  const A = deal('1')
  const B = deal('2')
  const ELSE = deal('3', { people: ['8'] })
  it.each<[string, Partial<PlacementView>, Partial<Placement>]>([
    ['the only active deal', { deals: [A] }, { link: rule('1'), lie: { kind: 'deal', deal: '1' } }],
    ['an active one before closed ones', { deals: [A, deal('2', { closed: true })] }, { link: rule('1') }],
    [
      'where none is active, the only closed one',
      { deals: [deal('1', { closed: true }), deal('2', { status: 'archived' })] },
      { link: rule('1'), lie: { kind: 'deal', deal: '1' } },
    ],
    [
      'several wait in General',
      { deals: [deal('10'), B] },
      { link: null, lie: { kind: 'general' }, tell: { kind: 'several', deals: ['2', '10'] } },
    ],
    [
      'moved from General into a section: linked, and no longer asked',
      { deals: [A, B], found: inDeal('2'), confirmed: GENERAL },
      { link: user('2'), lie: { kind: 'deal', deal: '2' }, tell: null, confirmed: inDeal('2') },
    ],
    [
      'moved between sections: linked anew',
      { deals: [A, B], linked: rule('1'), found: inDeal('2'), confirmed: inDeal('1') },
      { link: user('2'), lie: { kind: 'deal', deal: '2' } },
    ],
    [
      'moved to General: none, and it stays there',
      { deals: [A], linked: user('1'), found: GENERAL, confirmed: inDeal('1') },
      { link: user(null), lie: { kind: 'general' } },
    ],
    [
      'moved out of every section: the link stays, and so does the task',
      { deals: [A], linked: rule('1'), found: STAGE, confirmed: inDeal('1') },
      { link: rule('1'), lie: { kind: 'stay' }, confirmed: STAGE },
    ],
    [
      'a new task in a section takes its person from the deal',
      { person: null, deals: [deal('1', { people: ['8', TOM] })], found: inDeal('1') },
      { link: rule('1'), person: '8', lie: { kind: 'deal', deal: '1' } },
    ],
    [
      'a new task in the project of a stage is filed',
      { deals: [A], found: STAGE },
      { link: rule('1'), lie: { kind: 'deal', deal: '1' }, confirmed: null },
    ],
    [
      'left behind by its section: fetched',
      { deals: [A], linked: rule('1'), found: STAGE, confirmed: LEFT },
      { link: rule('1'), lie: { kind: 'deal', deal: '1' }, confirmed: LEFT },
    ],
    [
      'left behind by the section of a deal that is archived by now: to General',
      { deals: [deal('1', { status: 'archived' })], linked: rule('1'), found: STAGE, confirmed: LEFT },
      { link: rule('1'), lie: { kind: 'general' }, confirmed: LEFT },
    ],
    [
      'left behind by its section, and put into another one since: of that deal',
      { deals: [A, B], linked: rule('1'), found: inDeal('2'), confirmed: LEFT },
      { link: user('2'), lie: { kind: 'deal', deal: '2' }, confirmed: inDeal('2') },
    ],
    [
      'a label wins over a move, and is taken away',
      { deals: [A, B], labels: ['vip', 'deal:1'], found: inDeal('2'), confirmed: GENERAL },
      { link: user('1'), lie: { kind: 'deal', deal: '1' }, consumed: ['deal:1'] },
    ],
    [
      'a label of an unknown deal links nothing and stays',
      { deals: [A], linked: user('1'), found: inDeal('1'), confirmed: inDeal('1'), labels: ['deal-5'] },
      { link: user('1'), consumed: [], tell: { kind: 'unknown-deal', label: 'deal-5' } },
    ],
    [
      'archived: to General, with the link',
      {
        deals: [deal('1', { status: 'archived' })],
        linked: rule('1'),
        found: inDeal('1'),
        confirmed: inDeal('1'),
      },
      { link: rule('1'), lie: { kind: 'general' } },
    ],
    [
      'active again: back to its section',
      { deals: [A], linked: rule('1'), found: GENERAL, confirmed: GENERAL },
      { link: rule('1'), lie: { kind: 'deal', deal: '1' } },
    ],
    [
      'another person: placed anew',
      { person: '8', deals: [A, ELSE], linked: user('1'), found: inDeal('1'), confirmed: inDeal('1') },
      { link: rule('3'), lie: { kind: 'deal', deal: '3' }, tell: null },
    ],
    [
      'a person said none: a deal that appears later changes nothing',
      { deals: [A], linked: user(null), found: GENERAL, confirmed: GENERAL },
      { link: user(null), lie: { kind: 'general' }, tell: null },
    ],
    [
      'put by hand beside the sections: a deal that appears later does not move it',
      { deals: [A], found: STAGE, confirmed: STAGE },
      { link: rule('1'), lie: { kind: 'stay' } },
    ],
  ])('%s', (_name, asked, answer) => {
    expect(placeTask(view(asked))).toMatchObject(answer)
  })

  it('files a new task in the project of a stage once somebody knows whose it is', () => {
    const nobody = view({ person: null, deals: [A], found: STAGE })
    const waits = placeTask(nobody)
    expect(waits).toMatchObject({ link: null, lie: { kind: 'stay' } })
    const known = { ...followed(nobody, waits), person: TOM }
    expect(placeTask(known)).toMatchObject({ link: rule('1'), lie: { kind: 'deal', deal: '1' } })
  })

  it('sends a task back once from a deal that its person is not on, leaves it there the second time, and takes it in when it may', () => {
    const deals = [A, ELSE]
    const settled = view({ deals, linked: user('1'), found: inDeal('1'), confirmed: inDeal('1') })
    const tell = { kind: 'not-on-deal', deal: '3' }
    const strayed = { ...settled, found: inDeal('3') }
    const first = placeTask(strayed)
    expect(first).toMatchObject({ link: user('1'), lie: { kind: 'deal', deal: '1' }, tell })
    expect(placeTask(noted(strayed, first))).toMatchObject({ lie: { kind: 'deal', deal: '1' }, tell })
    const back = followed(strayed, first)
    const home = placeTask(back)
    expect(home).toMatchObject({ tell: null, movedBack: { deal: '3', arrived: true } })
    const again = { ...followed(back, home), found: inDeal('3') }
    const second = placeTask(again)
    expect(second).toMatchObject({ link: user('1'), lie: { kind: 'stay' }, tell, confirmed: inDeal('3') })
    const left = followed(again, second)
    expect(placeTask(left)).toMatchObject({ lie: { kind: 'stay' }, tell })
    expect(placeTask({ ...left, labels: ['deal-1'] })).toMatchObject({ lie: { kind: 'deal', deal: '1' } })
    const joined = [A, deal('3', { people: ['8', TOM] })]
    expect(placeTask({ ...left, deals: joined })).toMatchObject({
      link: user('3'),
      lie: { kind: 'deal', deal: '3' },
      tell: null,
      movedBack: null,
    })
  })

  it('comes to rest after one step, whatever users, deals and people do before', () => {
    const place = fc.constantFrom(...PLACES)
    const world = fc.constantFrom(...WORLDS)
    const event = fc.record(
      {
        found: place,
        deals: world,
        person: fc.constantFrom(TOM, '8', null),
        labels: fc.constantFrom(...LABELS),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(world, fc.array(event, { maxLength: 8 }), (deals, events) => {
        let now = view({ deals })
        for (const happens of events) {
          now = { ...now, ...happens }
          now = followed(now, placeTask(now))
          const rest = placeTask(now)
          expect(rest.lie.kind === 'stay' || sameValue(rest.lie, now.found)).toBe(true)
          expect(rest.link).toEqual(now.linked)
          now = followed(now, rest)
        }
      }),
    )
  })
})
