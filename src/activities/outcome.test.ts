import { describe, expect, it } from 'vitest'
import { routeContext, TIMING } from '../../test/activities/route.ts'
import { pairRow } from '../../test/core/pair-row.ts'
import { remoteTask } from '../../test/core/remote-task.ts'
import { PLAN_ID, START } from '../../test/store/record.ts'
import { type Beside, NOTHING_BESIDE } from '../core/beside.ts'
import { plusMs } from '../core/db-time.ts'
import { firstLook } from '../core/observe.ts'
import { BLANK_TASK, type CanonicalTask } from '../core/task.ts'
import type { StepResult } from '../providers/contract.ts'
import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import type { OpRow } from '../store/ops.ts'
import type { PairRow } from '../store/pairs.ts'
import { type Settled, settleOutcome } from './outcome.ts'
import type { OutcomeInput } from './outcome-input.ts'

const NOW = plusMs(START, 5_000)
const DEADLINE = plusMs(START, 40_000)
const route = routeContext({ routeId: '1', left: '2', right: '3' })

const was = { ...BLANK_TASK, title: 'Old', type: 'Call' } as const
const seen = remoteTask(was, { version: '0001' })
const row = firstLook(seen, START, START)
const shows = (task: Partial<CanonicalTask> = {}) =>
  remoteTask({ ...was, title: 'New', ...task }, { version: '0002' })

const error = (kind: ProviderErrorKind) =>
  new ProviderError({ kind, provider: 'feed', message: 'It did not work', hint: 'Look at it' })

const step = (outcome: StepResult['outcome'], kind?: ProviderErrorKind, name = 'fields'): StepResult => ({
  name,
  outcome,
  ...(kind === undefined ? {} : { error: error(kind) }),
})

function op(given: Partial<OpRow> = {}): OpRow {
  const verb = given.verb ?? 'update'
  const name = verb === 'update' ? 'fields' : verb
  return {
    id: '11',
    key: '00000000-0000-4000-8000-000000000002',
    routeId: '1',
    pairId: '7',
    side: 'right',
    connectionId: '3',
    remoteId: verb === 'create' ? null : 'r1',
    verb,
    before: verb === 'create' ? null : seen,
    after: verb === 'delete' ? {} : { title: 'New' },
    sources: verb === 'delete' ? {} : { title: 'New' },
    base: { left: {}, right: {} },
    beside: null,
    cause: 'change',
    person: 'p1',
    containerId: null,
    steps: [{ name, fields: verb === 'delete' ? {} : { title: 'New' }, outcome: 'open' }],
    status: 'sent',
    planId: PLAN_ID,
    plannedVersion: 3,
    attempts: 1,
    plannedAt: START,
    sentAt: START,
    deadlineAt: DEADLINE,
    emptyAt: null,
    met: {},
    error: null,
    ...given,
  }
}

const pair = pairRow({
  base: { left: was, right: was },
  syncVersion: 3,
  known: null,
  planId: PLAN_ID,
  attempts: 2,
  lastError: 'Something earlier',
})

type Given = Partial<Omit<OutcomeInput, 'op' | 'result'>> & {
  readonly op?: Partial<OpRow>
  readonly result?: Partial<OutcomeInput['result']>
}

function settle(given: Given = {}): Settled {
  const planned = op(given.op)
  return settleOutcome({
    pair,
    route,
    by: 'reply',
    placed: true,
    row: planned.verb === 'create' ? null : row,
    counterpart: { remoteId: 'l1', seen: remoteTask({ ...was, title: 'New' }) },
    now: NOW,
    timing: TIMING,
    ...given,
    op: planned,
    result: {
      opId: planned.id,
      askedAt: NOW,
      remoteId: planned.verb === 'create' ? 'r9' : 'r1',
      now: planned.verb === 'delete' ? null : shows(),
      steps: [step('confirmed', undefined, planned.steps[0]?.name)],
      ...given.result,
    },
  })
}

describe('the status after an attempt', () => {
  const TABLE = [
    ['create', 'confirmed', undefined, 'confirmed'],
    ['create', 'refused', 'invalid', 'refused'],
    ['create', 'unknown', 'ambiguous-write', 'unknown'],
    ['create', 'skipped', 'rate-limited', 'planned'],
    ['create', 'skipped', 'invalid', 'refused'],
    ['update', 'confirmed', undefined, 'confirmed'],
    ['update', 'refused', 'invalid', 'refused'],
    ['update', 'unknown', 'ambiguous-write', 'unknown'],
    ['update', 'skipped', 'rate-limited', 'planned'],
    ['update', 'skipped', 'transient', 'planned'],
    ['update', 'skipped', 'invalid', 'refused'],
    ['delete', 'confirmed', undefined, 'confirmed'],
    ['delete', 'refused', 'invalid', 'refused'],
    ['delete', 'unknown', 'ambiguous-write', 'unknown'],
    ['delete', 'skipped', 'rate-limited', 'planned'],
  ] as const

  it.each(TABLE)('of a %s that was %s (%s) is %s', (verb, outcome, kind, status) => {
    const done = outcome === 'confirmed'
    const settled = settle({
      op: { verb },
      result: {
        remoteId: verb === 'create' && !done ? null : 'r1',
        now: done && verb !== 'delete' ? shows() : null,
        steps: [step(outcome, kind, verb === 'update' ? 'fields' : verb)],
      },
    })
    expect(settled.op).toMatchObject({
      id: '11',
      status,
      error: kind === undefined ? null : { kind, message: 'It did not work', hint: 'Look at it' },
    })
    // The base moves only for what is shown.
    expect(settled.pair.syncVersion).toBe(done && verb !== 'delete' ? 4 : 3)
  })
})

describe('an update', () => {
  it('that is shown moves the base, and the picture, and clears what was wrong', () => {
    const settled = settle({ pair: { ...pair, state: 'error' } })
    expect(settled.pair).toEqual({
      ...pair,
      marked: true,
      state: 'ok',
      base: { left: { ...was, title: 'New' }, right: { ...was, title: 'New' } },
      baseMovedAt: NOW,
      baseTrail: [
        { side: 'left', field: 'title', value: 'Old', leftAt: NOW },
        { side: 'right', field: 'title', value: 'Old', leftAt: NOW },
      ],
      syncVersion: 4,
      wakeAt: null,
      attempts: 0,
      lastError: null,
    })
    expect(settled.row).toMatchObject({ seen: shows(), askedAt: NOW, changedSeq: 2 })
    expect(settled).toMatchObject({ exists: true, writtenVersion: '0002', full: false, overrun: [] })
    expect(settled.op.steps).toMatchObject([{ name: 'fields', outcome: 'confirmed' }])
  })

  it('that the service does not show leaves the base, and asks for a look', () => {
    const settled = settle({ result: { now: null } })
    expect(settled.op.status).toBe('confirmed')
    expect(settled.pair).toMatchObject({ base: pair.base, syncVersion: 3 })
    expect(settled.row).toEqual({ ...row, lookAgain: true })
    expect(settled.writtenVersion).toBeNull()
  })

  it('whose answer shows the task as it was may be answered with an old picture: it is looked at again', () => {
    const settled = settle({ result: { now: shows({ title: 'Old' }) } })
    expect(settled.op.status).toBe('unknown')
    expect(settled.pair).toEqual({ ...pair, wakeAt: DEADLINE })
  })

  it('counts no attempt where what comes from no merge is shown, nor while a part of it is open', () => {
    const tidied = settle({ op: { sources: {} }, result: { now: shows({ title: 'New' }) } })
    expect(tidied.op.status).toBe('confirmed')
    expect(tidied.pair).toMatchObject({ base: pair.base, attempts: 0 })
    const steps = [
      { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
      { name: 'completion', fields: { completed: true }, outcome: 'open' },
    ] as const
    const half = settle({
      op: { steps, after: { title: 'New', completed: true } },
      result: { now: null, steps: [step('confirmed'), step('unknown', 'ambiguous-write', 'completion')] },
    })
    expect(half.op.status).toBe('unknown')
    expect(half.pair.attempts).toBe(pair.attempts)
  })

  it('that is shown as it was after it was sent again is planned anew: its user may have taken it back', () => {
    const settled = settle({
      pair: { ...pair, attempts: 0 },
      op: { attempts: 2 },
      result: { now: shows({ title: 'Old' }) },
    })
    expect(settled.op.status).toBe('confirmed')
    expect(settled.pair).toMatchObject({ base: pair.base, state: 'ok', attempts: 1, wakeAt: null })
  })

  it('that the service has ignored, time after time, leaves the base, and is a failure', () => {
    const settled = settle({ op: { attempts: 3 }, result: { now: shows({ title: 'Old' }) } })
    expect(settled.pair).toMatchObject({ base: pair.base, syncVersion: 3, state: 'error' })
    expect(settled.row?.seen.task.title).toBe('Old')
  })

  it('that the answer shows as neither the old value nor ours is what the service made of ours', () => {
    const settled = settle({ result: { now: shows({ title: 'Third' }) } })
    const { left, right } = pair.base
    expect(settled.pair).toMatchObject({
      base: { left: { ...left, title: 'New' }, right: { ...right, title: 'Third' } },
      state: 'ok',
    })
  })

  it.each([{ by: 'look' as const }, { op: { attempts: 2 } }])(
    'that somebody may have edited before it was shown leaves the base: $by',
    (given) => {
      const settled = settle({ ...given, result: { now: shows({ title: 'Third' }) } })
      expect(settled.pair).toMatchObject({ base: pair.base, syncVersion: 3 })
      expect(settled.row?.seen.task.title).toBe('Third')
    },
  )

  it('over somebody’s edit remembers it, so that a stale answer is not taken for the same edit again', () => {
    const before = remoteTask({ ...was, title: 'Lost to ours' })
    const settled = settle({ op: { before } })
    const trail = { side: 'right', field: 'title', value: 'Lost to ours', leftAt: NOW }
    expect(settled.pair.baseTrail).toContainEqual(trail)
    expect(settle().pair.baseTrail.filter(({ value }) => value === 'Lost to ours')).toEqual([])
  })

  it('of which nobody knows waits until its call must have ended', () => {
    const settled = settle({ result: { now: null, steps: [step('unknown', 'ambiguous-write')] } })
    expect(settled.pair).toEqual({ ...pair, wakeAt: DEADLINE })
    expect(settled.row).toBe(row)
  })

  it('that was not sent is due at once', () => {
    const settled = settle({ result: { now: null, steps: [step('skipped', 'rate-limited')] } })
    expect(settled.pair).toEqual({ ...pair, wakeAt: null })
  })

  it('of several calls is confirmed by the answer to each: what a later one shows is somebody’s edit', () => {
    const after = { completed: true, title: 'New' }
    const steps = [
      { name: 'completion', fields: { completed: true }, outcome: 'open' },
      { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
    ] as const
    const settled = settle({
      op: { after, sources: after, steps },
      result: {
        now: shows({ title: 'New', completed: false }),
        steps: [
          { name: 'completion', outcome: 'confirmed', shown: shows({ title: 'Old', completed: true }) },
          { name: 'fields', outcome: 'confirmed' },
        ],
      },
    })
    expect(settled.pair.state).toBe('ok')
    expect(settled.pair.base.right).toMatchObject({ title: 'New', completed: true })
    expect(settled.row?.seen.task.completed).toBe(false)
  })

  it('of which one call was done and the next was not, keeps what was done', () => {
    const after = { title: 'New', completed: true }
    const steps = [
      { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
      { name: 'completion', fields: { completed: true }, outcome: 'open' },
    ] as const
    const settled = settle({
      op: { after, sources: after, steps },
      result: { steps: [step('confirmed'), step('unknown', 'ambiguous-write', 'completion')] },
    })
    expect(settled.op).toMatchObject({ status: 'unknown' })
    expect(settled.op.steps.map((one) => one.outcome)).toEqual(['confirmed', 'open'])
    expect(settled.pair.base.right).toEqual({ ...was, title: 'New' })
    expect(settled.pair.wakeAt).toBe(DEADLINE)
  })

  it('moves no base for a call of which nobody knows, whatever the answer to the one before it shows', () => {
    const after = { title: 'New', completed: true }
    const steps = [
      { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
      { name: 'completion', fields: { completed: true }, outcome: 'open' },
    ] as const
    const { pair: settled } = settle({
      op: { after, sources: after, steps },
      result: {
        now: shows(after),
        steps: [step('confirmed'), step('unknown', 'ambiguous-write', 'completion')],
      },
    })
    expect(settled.base.right).toEqual({ ...was, title: 'New' })
  })

  it('that replaced what somebody wrote meanwhile keeps that, as the loser of a conflict', () => {
    const met = { title: { value: 'Meanwhile', askedAt: START } }
    expect(settle({ op: { met } }).overrun).toEqual([
      {
        field: 'title',
        base: { left: 'Old', right: 'Old' },
        left: 'New',
        right: 'Meanwhile',
        winner: 'left',
      },
    ])
    const refused = { now: null, steps: [step('refused', 'invalid')] }
    expect(settle({ op: { met }, result: refused }).overrun).toEqual([])
  })

  it('forgets in its trail what no stale read can bring back', () => {
    const old = {
      side: 'left',
      field: 'title',
      value: 'Older',
      leftAt: plusMs(NOW, -TIMING.staleReadMs),
    } as const
    const young = { ...old, leftAt: plusMs(NOW, -1) }
    const { baseTrail } = settle({ pair: { ...pair, baseTrail: [old, young] } }).pair
    expect(baseTrail.map((one) => one.value)).toEqual(['Older', 'Old', 'Old'])
  })
})

describe('what stands beside the fields', () => {
  const TELLS: Beside = {
    block: null,
    flags: { add: ['needs-person'], remove: [] },
    comment: { id: null, text: 'Whose is it?' },
    tells: 'needs-person',
  }
  const waiting: PairRow = { ...pair, memory: 'new', state: 'waiting', reason: 'needs-person' }
  const steps = [
    { name: 'fields', fields: {}, outcome: 'open' },
    { name: 'comment', fields: {}, outcome: 'open' },
  ] as const
  const told = (comment: StepResult, given: Given['result'] = {}) =>
    settle({
      pair: waiting,
      counterpart: null,
      op: { after: {}, sources: {}, beside: TELLS, cause: 'notice', steps },
      result: {
        now: remoteTask(was, { version: '0002', flags: ['needs-person'] }),
        steps: [step('confirmed'), comment],
        ...given,
      },
    })

  it('is remembered when it is told, and the pair goes on waiting', () => {
    expect(told(step('confirmed', undefined, 'comment'), { comment: 'c1' }).pair).toEqual({
      ...waiting,
      notice: 'needs-person',
      comment: { id: 'c1', text: 'Whose is it?' },
      attempts: 0,
    })
  })

  it('has nobody asked again for a person who was looked for in vain, unless the words have changed', () => {
    const asked: PairRow = { ...waiting, origin: 'right', personSeq: String(row.changedSeq) }
    const after = (shown: Partial<CanonicalTask>) => {
      const flagged = remoteTask({ ...was, ...shown }, { version: '0002', flags: ['needs-person'] })
      const op = { after: {}, sources: {}, beside: TELLS, cause: 'notice', steps }
      const said = [step('confirmed'), step('confirmed', undefined, 'comment')]
      return settle({ pair: asked, counterpart: null, op, result: { now: flagged, steps: said } })
    }
    const alike = after({})
    expect(alike.pair.personSeq).toBe(String(alike.row?.changedSeq))
    expect(alike.row?.changedSeq).not.toBe(row.changedSeq)
    expect(after({ title: 'Old [Ann Lee]' }).pair.personSeq).toBe(asked.personSeq)
  })

  it('is not told yet when nobody knows of its comment', () => {
    const { pair: after, op: left } = told(step('unknown', 'ambiguous-write', 'comment'))
    expect(after).toMatchObject({ notice: null, comment: null, wakeAt: DEADLINE })
    expect(left).toMatchObject({ status: 'unknown', steps: [{ outcome: 'confirmed' }, { outcome: 'open' }] })
  })

  it('is told by its label alone where a comment is refused, also because a user has deleted it', () => {
    for (const kind of ['invalid', 'gone', 'limit-reached'] as const) {
      const { pair: after, op: left, row: now } = told(step('refused', kind, 'comment'))
      expect(left).toMatchObject({ status: 'confirmed', error: null })
      expect(after).toMatchObject({ notice: 'needs-person', comment: { id: null }, state: 'waiting' })
      expect(now?.missingAt).toBeNull()
    }
  })

  it('that a service took and does not show is counted, so that it is not written for ever', () => {
    const { pair: after } = told(step('confirmed', undefined, 'comment'), { now: remoteTask(was) })
    expect(after.attempts).toBe(3)
  })

  it('marks nothing where there is no task to point to', () => {
    expect(told(step('confirmed', undefined, 'comment')).pair.marked).toBe(false)
  })

  it('is the block that was written; what may have stood there before is forgotten', () => {
    const beside: Beside = { ...NOTHING_BESIDE, block: ['Tom'] }
    const before = { ...pair, block: ['Ann', 'Tom'], notice: 'sync-problem' } as const
    expect(settle({ pair: before, op: { beside } }).pair).toMatchObject({
      block: ['Tom'],
      marked: true,
      notice: 'sync-problem',
    })
    const lost = { now: null, steps: [step('unknown', 'ambiguous-write')] }
    expect(settle({ pair: before, op: { beside }, result: lost }).pair.block).toEqual(['Ann', 'Tom'])
  })
})

describe('a refused update', () => {
  const refused = (given: Given = {}) =>
    settle({ result: { now: null, steps: [step('refused', 'invalid')] }, ...given })

  it('stands as a difference until either value moves, and a person can see why', () => {
    const settled = refused()
    expect(settled.pair).toEqual({
      ...pair,
      state: 'error',
      standing: [{ field: 'title', left: 'New', right: 'Old' }],
      wakeAt: null,
      attempts: 0,
      lastError: 'It did not work. Look at it',
    })
    expect(settled).toMatchObject({ row, exists: true, full: false })
    expect(settled.op.steps).toMatchObject([{ outcome: 'refused' }])
  })

  it('that puts its task somewhere, or goes back, is counted: it may be tried again though no value moves', () => {
    expect(refused({ op: { containerId: '9' } }).pair.attempts).toBe(pair.attempts + 1)
    expect(refused({ op: { after: {}, steps: [] } }).pair.attempts).toBe(pair.attempts + 1)
  })

  it('goes back where the side that it came from shows changes before they are carried over', () => {
    const { provider } = route.sides.left
    const capabilities = { ...provider.capabilities, rollsBack: ['title'] as const }
    const left = { ...route.sides.left, provider: { ...provider, capabilities } }
    const base = { left: { title: 'Old' }, right: { title: 'Old' } }
    const over = { route: { ...route, sides: { ...route.sides, left } }, op: { base } }
    expect(refused(over).pair).toMatchObject({
      state: 'error',
      standing: [],
      wakeAt: NOW,
      decrees: [
        {
          kind: 'field',
          field: 'title',
          left: 'Old',
          right: 'Old',
          expects: { left: 'New', right: 'Old' },
          cause: 'rollback',
        },
      ],
    })
    // What a person decreed, or what nobody knows the value of before, has nothing to go back to.
    expect(refused({ ...over, op: { base, cause: 'resolved' } }).pair.decrees).toEqual([])
    expect(refused({ ...over, op: {} }).pair.decrees).toEqual([])
    // Nobody knows whether a lost answer refused it.
    const lost = { now: null, steps: [step('unknown', 'ambiguous-write')] }
    expect(settle({ ...over, result: lost }).pair.decrees).toEqual([])
  })

  it('stands by what the service shows now, when it shows anything', () => {
    const now = shows({ title: 'Third' })
    const settled = refused({ result: { now, steps: [step('refused', 'invalid')] } })
    expect(settled.pair.standing).toEqual([{ field: 'title', left: 'New', right: 'Third' }])
    expect(settled.row?.seen).toEqual(now)
  })

  it('replaces what stood of its fields, and keeps what stood of others', () => {
    const other = { field: 'priority', left: 1, right: 2 } as const
    const earlier = { field: 'title', left: 'Before', right: 'Old' } as const
    expect(refused({ pair: { ...pair, standing: [other, earlier] } }).pair.standing).toEqual([
      other,
      { field: 'title', left: 'New', right: 'Old' },
    ])
  })

  it('on the left stands with its values on their own sides', () => {
    expect(refused({ op: { side: 'left', connectionId: '2' } }).pair.standing).toEqual([
      { field: 'title', left: 'Old', right: 'New' },
    ])
  })

  it('of which one call was done stands only for the other', () => {
    const after = { title: 'New', completed: true }
    const settled = refused({
      op: {
        after,
        sources: after,
        steps: [
          { name: 'fields', fields: { title: 'New' }, outcome: 'open' },
          { name: 'completion', fields: { completed: true }, outcome: 'open' },
        ],
      },
      counterpart: { remoteId: 'l1', seen: remoteTask({ ...was, ...after }) },
      result: { steps: [step('confirmed'), step('refused', 'invalid', 'completion')] },
    })
    expect(settled.pair.standing).toEqual([{ field: 'completed', left: true, right: false }])
    expect(settled.pair.base.right).toEqual({ ...was, title: 'New' })
  })

  it('because the task is gone is no error yet: it is looked for, a grace after it was first missed', () => {
    const gone = { now: null, steps: [step('refused', 'gone')] }
    const settled = refused({ result: gone })
    expect(settled.pair).toEqual({ ...pair, wakeAt: plusMs(NOW, TIMING.deleteGraceMs) })
    expect(settled.row).toEqual({ ...row, missingAt: NOW })
    const missed = refused({ result: gone, row: { ...row, missingAt: START } })
    expect(missed.pair.wakeAt).toBe(plusMs(START, TIMING.deleteGraceMs))
  })
})

describe('a create', () => {
  const fresh: PairRow = { ...pair, memory: 'new', base: { left: {}, right: {} }, reason: 'deleted-there' }
  const create = (given: Given = {}) => settle({ pair: fresh, ...given, op: { verb: 'create', ...given.op } })

  it('that is shown links the pair', () => {
    const settled = create()
    expect(settled.pair).toMatchObject({
      memory: 'linked',
      reason: null,
      base: { left: { title: 'New' }, right: { title: 'New' } },
      syncVersion: 4,
      attempts: 0,
    })
    expect(settled.op.remoteId).toBe('r9')
    expect(settled).toMatchObject({
      exists: true,
      row: { presence: 'present', changedSeq: 1, firstSeenAt: NOW },
    })
  })

  it('that was seen by a pull before its reply came keeps that picture', () => {
    const pulled = firstLook(shows(), START, START)
    expect(create({ row: pulled }).row).toMatchObject({ firstSeenAt: START, askedAt: NOW, changedSeq: 1 })
  })

  it('that is known by its id but not shown is to be looked at before anything is believed', () => {
    const settled = create({ result: { now: null } })
    expect(settled.pair).toMatchObject({ memory: 'linked', base: { left: {}, right: {} } })
    expect(settled.row).toMatchObject({ lookAgain: true, presence: 'present', seen: { person: 'p1' } })
    expect(settled.exists).toBe(true)
  })

  it('that is done but has no id is as good as unknown: it must be looked for', () => {
    const settled = create({ result: { remoteId: null, now: null } })
    expect(settled.op.status).toBe('unknown')
    expect(settled.pair).toEqual({ ...fresh, wakeAt: DEADLINE })
    expect(settled).toMatchObject({ row: null, exists: false })
  })

  it('that met the limit of its container marks that one full, and is planned anew at once', () => {
    const settled = create({
      result: { remoteId: null, now: null, steps: [step('refused', 'limit-reached', 'create')] },
    })
    expect(settled).toMatchObject({ full: true, exists: false, row: null, op: { status: 'refused' } })
    expect(settled.pair).toEqual({ ...fresh, wakeAt: NOW, attempts: fresh.attempts + 1 })
  })

  it('that meets it in one container after another is for a person', () => {
    const settled = create({
      pair: { ...fresh, attempts: 5 },
      result: { remoteId: null, now: null, steps: [step('refused', 'limit-reached', 'create')] },
    })
    expect(settled).toMatchObject({ full: false, pair: { state: 'error', wakeAt: null } })
  })

  it('that met the limit of the account, which may have no new container, is refused for good', () => {
    const settled = create({
      placed: false,
      result: { remoteId: null, now: null, steps: [step('refused', 'limit-reached', 'create')] },
    })
    expect(settled).toMatchObject({ full: false, pair: { state: 'error', wakeAt: null } })
  })

  it('that a person decreed, and that is refused, is decreed no more', () => {
    const decrees = [{ kind: 'remake', side: 'right', fields: { title: 'New' }, own: {} }] as const
    const settled = create({
      pair: { ...fresh, decrees },
      result: { remoteId: null, now: null, steps: [step('refused', 'invalid', 'create')] },
    })
    expect(settled.pair).toMatchObject({ decrees: [], state: 'error' })
  })

  it('of which the service took a field and shows nothing in it has not that field, and the other side keeps it', () => {
    const settled = create({ pair: { ...fresh, attempts: 0 }, result: { now: shows({ title: '' }) } })
    expect(settled.pair).toMatchObject({ state: 'error', lastError: expect.stringContaining('title') })
    expect(settled.pair.standing).toMatchObject([{ field: 'title', left: 'New', right: '' }])
  })

  it('that is refused for good is a failure that a person can see', () => {
    const settled = create({
      result: { remoteId: null, now: null, steps: [step('refused', 'invalid', 'create')] },
    })
    expect(settled).toMatchObject({ full: false, exists: false, row: null })
    expect(settled.pair).toMatchObject({
      memory: 'new',
      state: 'error',
      lastError: 'It did not work. Look at it',
    })
  })
})

describe('a delete', () => {
  const ending: PairRow = { ...pair, memory: 'ending' }

  it('that is done makes the picture one of a deleted task', () => {
    const settled = settle({ op: { verb: 'delete' }, pair: ending })
    expect(settled.row).toEqual({ ...row, presence: 'gone', askedAt: NOW, goneAt: NOW, changedSeq: 2 })
    expect(settled.pair).toEqual({ ...ending, wakeAt: NOW })
    expect(settled.overrun).toEqual([])
  })

  it('of which nobody knows leaves the picture, and waits', () => {
    const settled = settle({
      op: { verb: 'delete' },
      pair: ending,
      result: { steps: [step('unknown', 'ambiguous-write', 'delete')] },
    })
    expect(settled).toMatchObject({ row, pair: { wakeAt: DEADLINE } })
  })

  it('that is refused is a failure, and the task is still there', () => {
    const settled = settle({
      op: { verb: 'delete' },
      pair: ending,
      result: { steps: [step('refused', 'invalid', 'delete')] },
    })
    expect(settled).toMatchObject({
      row,
      exists: true,
      pair: { memory: 'ending', state: 'error', reason: 'refused' },
    })
    expect(settled.pair.standing.map(({ field, right }) => [field, right])).toContainEqual(['title', 'Old'])
  })

  it('that a person decreed, and that is refused, is given up; nothing else stands still for it', () => {
    const decrees = [{ kind: 'remove', side: 'right', after: {} }] as const
    const settled = settle({
      op: { verb: 'delete' },
      pair: { ...pair, decrees },
      result: { steps: [step('refused', 'invalid', 'delete')] },
    })
    expect(settled.pair).toMatchObject({ memory: 'linked', decrees: [], standing: [] })
  })
})

describe('a task of a checklist', () => {
  const stamp = { kind: 'stamp', side: 'right', fields: { title: 'New' } } as const
  const stamped = pairRow({ memory: 'new', decrees: [stamp], planId: PLAN_ID, attempts: 0 })
  const made = { verb: 'create', cause: 'checklist', sources: {} } as const

  it('that is refused for good is still to be made, when a person says so', () => {
    const result = { remoteId: null, now: null, steps: [step('refused', 'invalid', 'create')] }
    const settled = settle({ pair: stamped, counterpart: null, op: made, result })
    expect(settled.exists).toBe(false)
    expect(settled.pair).toMatchObject({
      memory: 'new',
      state: 'error',
      reason: 'refused',
      decrees: [stamp],
      wakeAt: null,
    })
  })

  it('that is made has no other task yet', () => {
    const settled = settle({ pair: stamped, counterpart: null, op: made, result: { now: shows() } })
    expect(settled.exists).toBe(true)
    expect(settled.pair).toMatchObject({ memory: 'new', state: 'ok', reason: null })
  })
})
