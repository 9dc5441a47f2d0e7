import { expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import { EXACT, LOSSY, policy } from '../../test/core/rules.ts'
import { floating } from './due.ts'
import { firstLook, type MirrorRow } from './observe.ts'
import { type MeetingOp, meet, overrunBy } from './overrun.ts'
import { BLANK_TASK, type CanonicalTask } from './task.ts'

const EARLY = '2027-01-04T09:00:00.000000Z'
const CALLED = '2027-01-04T09:00:05.000000Z'
const LATE = '2027-01-04T09:00:09.000000Z'

const was: CanonicalTask = { ...BLANK_TASK, title: 'Old', notes: 'Old notes' }
const op = (given: Partial<MeetingOp> = {}): MeetingOp => ({
  side: 'right',
  verb: 'update',
  after: { title: 'New' },
  sources: { title: 'New' },
  base: { left: {}, right: {} },
  before: remoteTask(was),
  met: {},
  ...given,
})
const shows = (given: Partial<CanonicalTask>, askedAt = EARLY): MirrorRow =>
  firstLook(remoteTask({ ...was, ...given }), askedAt, askedAt)
const meets = (given: Partial<MeetingOp>, row: MirrorRow, rules = EXACT) =>
  meet(op(given), row, rules, policy())
const met = { title: { value: 'Meanwhile', askedAt: EARLY } }
const overrun = (given: Partial<MeetingOp>, row: MirrorRow | null = null, done = {}) =>
  overrunBy(op(given), row, { askedAt: CALLED, shown: null, trail: [], ...done })

it('a look meets a value that is neither the old nor the wanted one, in a field that is written', () => {
  expect(meets({}, shows({ title: 'Meanwhile' }))).toEqual(met)
  expect(meets({}, shows({ title: 'New' }))).toBeNull()
  expect(meets({}, shows({ title: 'Old' }))).toBeNull()
  expect(meets({}, shows({ notes: 'Meanwhile' }))).toBeNull()
  expect(meets({}, { ...shows({ title: 'Meanwhile' }), presence: 'unknown' })).toBeNull()
})

it('our own value as the service keeps it is not met', () => {
  const due = { kind: 'fixed', at: '2027-01-04T14:00:00Z', zone: null } as const
  const after = { due: floating('2027-01-04T09:00') }
  expect(meets({ after, side: 'left' }, shows({ due }), LOSSY)).toBeNull()
})

it('creates have nothing to meet, and of what is deleted the mirror knows the last', () => {
  for (const verb of ['create', 'delete'] as const)
    expect(meets({ verb }, shows({ title: 'Meanwhile' }))).toBeNull()
})

it('the last value that was met counts, whatever is shown after it', () => {
  expect(meets({ met }, shows({ title: 'Later' }, LATE))).toEqual({
    title: { value: 'Later', askedAt: LATE },
  })
  expect(meets({ met }, shows({ title: 'Meanwhile' }, LATE))).toBeNull()
  expect(meets({ met }, shows({ title: 'Old' }, LATE))).toBeNull()
})

it('what was met before the write is known to be done is the loser of a conflict', () => {
  const lost = { field: 'title', base: { left: 'Old', right: 'Old' }, left: 'New', right: 'Meanwhile' }
  expect(overrun({ met })).toEqual([{ ...lost, winner: 'left' }])
  expect(overrun({ met, side: 'left' })).toEqual([
    { ...lost, left: 'Meanwhile', right: 'New', winner: 'right' },
  ])
  expect(overrun({})).toEqual([])
})

it('what was met after the call, or still stands, or that a stale read has brought back, is none', () => {
  expect(overrun({ met: { title: { value: 'Meanwhile', askedAt: LATE } } })).toEqual([])
  expect(overrun({ met }, null, { shown: remoteTask({ ...was, title: 'Meanwhile' }) })).toEqual([])
  const older = { side: 'right', field: 'title', value: 'Meanwhile', leftAt: EARLY } as const
  expect(overrun({ met }, null, { trail: [older] })).toEqual([])
  expect(overrun({ met }, null, { trail: [{ ...older, side: 'left' }] })).toHaveLength(1)
})

it('an edit that was seen of a task while its deletion was under way is kept in full', () => {
  const row = shows({ notes: 'Meanwhile' })
  expect(overrun({ verb: 'delete', after: {} }, row)).toEqual([
    {
      field: 'notes',
      base: { left: 'Old notes', right: 'Old notes' },
      left: 'Old notes',
      right: 'Meanwhile',
      winner: 'left',
    },
  ])
  expect(overrun({ verb: 'delete', after: {} }, shows({}))).toEqual([])
  expect(overrun({ verb: 'delete', after: {} }, null)).toEqual([])
})
