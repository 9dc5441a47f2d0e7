import { describe, expect, it } from 'vitest'
import { routeContext, TIMING } from '../../../test/activities/route.ts'
import { pairRow } from '../../../test/core/pair-row.ts'
import { pairView, present, UNKNOWN } from '../../../test/core/pair-view.ts'
import { remoteTask } from '../../../test/core/remote-task.ts'
import { START } from '../../../test/store/record.ts'
import { type Decision, decide, type SideView } from '../../core/decision.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { firstLook } from '../../core/observe.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import { withNotice } from './notices.ts'

const route = routeContext({ routeId: '1', left: '2', right: '3' })
const clock = { now: START, since: START, timing: TIMING }
const view = pairView()

const NEEDS_PERSON = decide(view, { memory: 'new', state: 'waiting', reason: 'needs-person' })
const LINKED = decide(view, { memory: 'linked' })
const HIDDEN = decide(view, { memory: 'unlinked', reason: 'not-visible' })

type Given = {
  readonly pair?: Partial<PairRow>
  readonly seen?: Partial<RemoteTask>
  readonly title?: string
  readonly right?: SideView
  readonly left?: SideView
  readonly askedAt?: string
}

function notice(decision: Decision, given: Given = {}): Decision {
  const pair = pairRow({ memory: decision.memory, origin: 'right', person: null, ...given.pair })
  const seen = remoteTask({ title: given.title ?? 'Call' }, given.seen)
  const member: MemberRow = {
    pairId: pair.id,
    connectionId: '3',
    remoteId: 'r1',
    side: 'right',
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
    personFacts: null,
    row: firstLook(seen, given.askedAt ?? START, START),
  }
  const sideOf = (one: SideView) => ({ view: one, readNow: false, wakeAt: null })
  const [left, right] = [given.left ?? present(), given.right ?? present()]
  const look = { view: { ...view, left, right }, sides: { left: sideOf(left), right: sideOf(right) } }
  return withNotice(decision, { look, pair, members: [member], route, clock, placing: null })
}

const besideOf = (decision: Decision) =>
  decision.writes.map(({ side, fields, cause, beside }) => ({ side, fields, cause, beside }))
const TOLD = { notice: 'needs-person', comment: { id: 'c1', text: 'old words' } } as const

describe('a task that waits for its person', () => {
  it('gets a label and a comment in one write, on the side that can tell', () => {
    expect(besideOf(notice(NEEDS_PERSON))).toEqual([
      {
        side: 'right',
        fields: {},
        cause: 'notice',
        beside: {
          block: null,
          flags: { add: ['needs-person'], remove: [] },
          comment: { id: null, text: expect.stringContaining('Name the person by `person:<id>`') },
          tells: 'needs-person',
        },
      },
    ])
  })

  it('is looked at first, when the last look is from before this attempt', () => {
    const stale = notice(NEEDS_PERSON, { askedAt: '2026-11-21T09:59:59.000000Z' })
    expect(stale).toMatchObject({ reads: ['right'], writes: [] })
  })

  it('is told nothing twice: a label that its user took away stays away', () => {
    const [once] = notice(NEEDS_PERSON).writes
    const comment = { id: 'c1', text: once?.beside?.comment?.text ?? '' }
    expect(notice(NEEDS_PERSON, { pair: { notice: 'needs-person', comment } })).toBe(NEEDS_PERSON)
  })

  it('has its comment edited when there is something else to say, and no second one', () => {
    const words = { title: 'Call person:p9', pair: { ...TOLD, personSeq: '1' } }
    expect(notice(NEEDS_PERSON, words).writes[0]?.beside).toEqual({
      block: null,
      flags: { add: [], remove: [] },
      comment: { id: 'c1', text: expect.stringContaining('was not found') },
      tells: 'needs-person',
    })
    expect(notice(NEEDS_PERSON, { pair: { ...TOLD, comment: { id: null, text: 'old words' } } })).toBe(
      NEEDS_PERSON,
    )
  })

  it('is told nothing while somebody is still to be asked', () => {
    expect(notice(NEEDS_PERSON, { title: 'Call person:p9' })).toBe(NEEDS_PERSON)
  })

  it('is told nothing when it is none of our business', () => {
    expect(notice(NEEDS_PERSON, { right: present({}, { outside: 'no-sync' }) })).toBe(NEEDS_PERSON)
  })
})

describe('a task whose counterpart is hidden', () => {
  it('is told so, whether the pair was unlinked for it or only waits', () => {
    const waits = decide(view, { memory: 'linked', reads: ['left'] })
    for (const decision of [HIDDEN, waits])
      expect(notice(decision, { left: UNKNOWN }).writes[0]?.beside).toMatchObject({
        flags: { add: ['sync-problem'] },
        tells: 'sync-problem',
      })
  })

  it('loses the other label', () => {
    expect(notice(HIDDEN, { pair: TOLD, seen: { flags: ['needs-person'] } }).writes[0]?.beside).toMatchObject(
      {
        flags: { add: ['sync-problem'], remove: ['needs-person'] },
        comment: { id: 'c1' },
      },
    )
  })
})

describe('a pair in step', () => {
  it('has the label taken away and the comment say that it is over, in the write that is made anyway', () => {
    const write = {
      side: 'right',
      verb: 'update',
      fields: { title: 'b' },
      sources: {},
      cause: 'change',
    } as const
    const given = { pair: TOLD, seen: { flags: ['crm', 'needs-person'] } }
    expect(besideOf(notice({ ...LINKED, writes: [write] }, given))).toEqual([
      {
        side: 'right',
        fields: { title: 'b' },
        cause: 'change',
        beside: {
          block: null,
          flags: { add: [], remove: ['needs-person'] },
          comment: { id: 'c1', text: 'Dealbridge: the person is known now.' },
          tells: null,
        },
      },
    ])
  })

  it('loses a label of ours also where the record knows nothing of it', () => {
    expect(notice(LINKED, { seen: { flags: ['sync-problem'] } }).writes[0]?.beside).toEqual({
      block: null,
      flags: { add: [], remove: ['sync-problem'] },
      comment: null,
      tells: null,
    })
  })

  it('is left alone where there is nothing to take back, or its task is still to be made', () => {
    expect(notice(LINKED)).toBe(LINKED)
    const create = { side: 'left', verb: 'create', fields: {}, sources: {}, cause: 'new-task' } as const
    const making = { ...decide(view, { memory: 'linked' }), writes: [create] }
    expect(notice(making, { pair: TOLD, seen: { flags: ['needs-person'] } })).toBe(making)
  })

  it('that left for another reason keeps what it says', () => {
    const left = decide(view, { memory: 'unlinked', reason: 'out-of-scope' })
    expect(notice(left, { pair: TOLD, seen: { flags: ['needs-person'] } })).toBe(left)
  })
})
