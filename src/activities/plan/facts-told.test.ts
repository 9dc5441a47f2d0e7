import { describe, expect, it } from 'vitest'
import { routeContext, TIMING } from '../../../test/activities/route.ts'
import { pairRow } from '../../../test/core/pair-row.ts'
import { pairView, present } from '../../../test/core/pair-view.ts'
import { remoteTask } from '../../../test/core/remote-task.ts'
import { START } from '../../../test/store/record.ts'
import type { Deal } from '../../core/deal.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { type Decision, decide, type SideView } from '../../core/decision.ts'
import { firstLook } from '../../core/observe.ts'
import type { Side } from '../../core/policy.ts'
import { NOTHING_TOLD } from '../../core/told.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { digestOf, withFacts } from './facts-told.ts'

const DEAL: Deal = {
  id: '9',
  name: '1 Elm St',
  status: 'active',
  pipeline: '1',
  stage: '11',
  people: [],
  price: null,
  closesOn: null,
  enteredStageAt: null,
  values: { kind: 'Buyer' },
}
const STAGE = { id: '11', name: 'Offer', pipeline: '1', pipelineName: 'Sales', place: 0, closed: false }
const DEALS: RouteDeals = {
  side: 'left',
  filing: 'sections',
  listed: true,
  book: {
    deals: new Map([['9', DEAL]]),
    gone: new Set(),
    stages: new Map([['11', STAGE]]),
    ofPerson: new Map(),
    seqOf: () => '0',
  },
  homes: { byRemoteId: new Map(), byId: new Map() },
  busy: new Set(),
  place: () => undefined,
  facts: () => null,
  property: () => null,
  propertyLabels: [],
  homeOf: () => null,
  whyNoHome: () => null,
  stageHomes: [],
  problems: [],
}
const bare = routeContext({ routeId: '1', left: '2', right: '3' })
const ROUTE: RouteContext = {
  ...bare,
  policy: {
    ...bare.policy,
    deals: { ...DEFAULT_DEALS, fields: { ...DEFAULT_DEALS.fields, type: 'kind' } },
  },
  deals: DEALS,
}
const TOM = { name: 'Tom', phone: null, email: null, url: null }
const LINES = ['Tom', '1 Elm St · Offer']
const TOLD = { block: digestOf(LINES), labels: ['buyer'], ours: ['buyer'] }
const view = pairView()
const LINKED = decide(view, { memory: 'linked' })

type Given = {
  readonly pair?: Partial<PairRow>
  readonly labels?: readonly string[]
  readonly block?: readonly string[]
  readonly right?: SideView
  readonly askedAt?: string
  readonly alone?: boolean
  readonly facts?: MemberRow['personFacts']
}

function facts(decision: Decision, given: Given = {}): Decision {
  const pair = pairRow({ deal: '9', marked: true, told: TOLD, ...given.pair })
  const seen = {
    left: remoteTask(),
    right: remoteTask({ labels: given.labels ?? ['buyer'] }, { block: given.block ?? LINES }),
  }
  const member = (side: Side): MemberRow => ({
    pairId: pair.id,
    connectionId: side === 'left' ? '2' : '3',
    remoteId: side,
    side,
    decidedSeq: 0,
    writtenVersion: null,
    underPair: false,
    parentThere: null,
    parentComing: false,
    parentUnseen: false,
    parentList: null,
    dealAbove: null,
    mappedElsewhere: false,
    linkedElsewhere: false,
    opposite: [],
    personFacts: side === 'left' && given.facts !== null ? (given.facts ?? TOM) : null,
    row: firstLook(seen[side], given.askedAt ?? START, START),
  })
  const sideOf = (one: SideView) => ({ view: one, readNow: false, wakeAt: null })
  const [left, right] = [present(), given.right ?? present()]
  return withFacts(decision, {
    look: { view: { ...view, left, right }, sides: { left: sideOf(left), right: sideOf(right) } },
    pair,
    members: given.alone === true ? [member('left')] : [member('left'), member('right')],
    route: ROUTE,
    clock: { now: START, since: START, timing: TIMING },
  })
}

const besides = (decision: Decision) => decision.writes.map(({ side, beside }) => ({ side, ...beside }))

describe('what a task tells of its person and deal', () => {
  it('is not written while it is what was written last, whatever its user has made of it', () => {
    expect(facts(LINKED).writes).toEqual([])
    expect(facts(LINKED, { block: [], labels: [] }).writes).toEqual([])
    expect(facts(LINKED, { block: ['Tom', 'typed'], labels: ['mine'] }).writes).toEqual([])
  })

  it('is written when it is something else', () => {
    const before = { ...TOLD, block: digestOf(['Tom', '1 Elm St · Showing']) }
    expect(besides(facts(LINKED, { pair: { told: before } }))).toMatchObject([
      { side: 'right', block: LINES },
    ])
    expect(besides(facts(LINKED, { pair: { told: before } }))[0]).not.toHaveProperty('tables')
    const labels = { ...TOLD, labels: ['seller'], ours: ['seller'] }
    expect(besides(facts(LINKED, { labels: ['Seller', 'mine'], pair: { told: labels } }))).toMatchObject([
      { block: null, tables: { add: ['buyer'], remove: ['Seller'], wanted: ['buyer'], ours: ['buyer'] } },
    ])
  })

  it('is known from the block itself, of a pair from before anybody remembered', () => {
    const told = { ...TOLD, block: null }
    expect(facts(LINKED, { pair: { told, block: LINES } }).writes).toEqual([])
    expect(besides(facts(LINKED, { pair: { told, block: ['Tom'] } }))).toMatchObject([{ block: LINES }])
  })

  it('goes along with what is written anyway', () => {
    const change = {
      side: 'right',
      verb: 'update',
      fields: { title: 'x' },
      sources: {},
      cause: 'change',
    } as const
    const told = { ...TOLD, block: digestOf([]) }
    const [write, ...more] = facts({ ...LINKED, writes: [change] }, { pair: { told } }).writes
    expect(more).toEqual([])
    expect(write).toMatchObject({ fields: { title: 'x' }, cause: 'change', beside: { block: LINES } })
  })

  it('needs a look from this attempt', () => {
    const told = { ...TOLD, block: digestOf([]) }
    const old = '2020-01-01T00:00:00.000000Z'
    expect(facts(LINKED, { pair: { told }, askedAt: old })).toMatchObject({ reads: ['right'], writes: [] })
    expect(facts(LINKED, { askedAt: old })).toMatchObject({ reads: [], writes: [] })
  })

  it.each([
    ['that is completed', { right: present({ completed: true }) }],
    ['that is none of the route’s business', { right: { ...present(), outside: 'no-sync' } }],
    [
      'without our marker, which brings it along',
      { pair: { marked: false, told: { ...TOLD, block: null } } },
    ],
    ['of whose person nothing is known', { facts: null }],
  ] as const)('is left alone in a task %s', (_which, given) => {
    const told = { ...TOLD, block: digestOf([]) }
    expect(facts(LINKED, { pair: { told }, ...given }).writes).toEqual([])
  })

  it('comes with a task that is made, as if nothing had been told before', () => {
    const made = { side: 'right', verb: 'create', fields: {}, sources: {}, cause: 'new-task' } as const
    const decision = { ...LINKED, writes: [made] }
    const wanted = { add: ['buyer'], remove: [], wanted: ['buyer'], ours: ['buyer'] }
    expect(besides(facts(decision, { alone: true }))).toMatchObject([{ tables: wanted }])
    expect(besides(facts(decision, { alone: true, pair: { deal: null } }))).toMatchObject([
      { tables: { add: [], remove: [], wanted: [], ours: [] } },
    ])
    expect(
      facts(decision, { alone: true, pair: { deal: null, told: NOTHING_TOLD } }).writes[0],
    ).not.toHaveProperty('beside')
  })

  it('does not bring back a label that its user took away, when another one comes', () => {
    const told = { ...TOLD, labels: ['boone', 'buyer'], ours: ['boone', 'buyer'] }
    expect(besides(facts(LINKED, { labels: ['boone'], pair: { told } }))).toMatchObject([
      { tables: { add: [], remove: ['boone'], wanted: ['buyer'], ours: ['buyer'] } },
    ])
  })
})
