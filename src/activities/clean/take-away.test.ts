import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../../test/core/remote-task.ts'
import { createCalDav } from '../../providers/caldav/index.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { createTodoist } from '../../providers/todoist/index.ts'
import type { OpRow } from '../../store/ops.ts'
import { settledBy } from './outcome.ts'
import { takingAway } from './take-away.ts'

const todoist = createTodoist()
const caldav = createCalDav()
const MARKER = 'follow-up-boss/task/1'
const judged = (
  seen: ReturnType<typeof remoteTask>,
  more: Partial<Parameters<typeof takingAway>[1]> = {},
) => ({
  seen,
  notes: seen.task.notes,
  comment: null,
  ours: [],
  others: undefined,
  ...more,
})

describe('what is taken away', () => {
  it('is nothing where nothing of ours is', () => {
    const seen = { ...remoteTask(), flags: ['crm', 'no-sync'] }
    expect(takingAway(todoist, judged(seen))).toBeNull()
    expect(takingAway(caldav, judged({ ...seen, extra: { href: '/x' } }))).toBeNull()
  })

  it('is block, labels, comment and properties of ours, and no label of its user’s', () => {
    const seen = { ...remoteTask(), marker: MARKER, flags: ['crm', 'needs-person'] }
    expect(takingAway(todoist, judged(seen, { comment: '7' }))).toEqual({
      fields: {},
      beside: {
        block: null,
        flags: { add: [], remove: ['needs-person'] },
        comment: null,
        bare: { comment: '7' },
      },
    })
    expect(takingAway(caldav, judged({ ...remoteTask(), extra: { ours: true } }))?.beside.bare).toEqual({
      comment: null,
    })
  })

  it('is a label of a table that we have put there, and not one that its user gave it', () => {
    const seen = { ...remoteTask({ labels: ['Buyer', 'seller'] }), marker: MARKER }
    const { tables } = takingAway(todoist, judged(seen, { ours: ['buyer', 'buncombe'] }))?.beside ?? {}
    expect(tables).toMatchObject({ add: [], remove: ['Buyer'] })
    expect(takingAway(todoist, judged({ ...seen, marker: null }, { ours: ['buyer'] }))).not.toBeNull()
    expect(
      takingAway(todoist, judged(seen, { ours: ['buyer'], others: new Set(['x']) }))?.beside,
    ).not.toHaveProperty('tables')
  })

  it('leaves what was typed into the block, as part of the notes', () => {
    const seen = { ...remoteTask(), marker: MARKER, block: ['typed'] }
    expect(takingAway(todoist, judged(seen, { notes: 'mine\ntyped' }))?.fields).toEqual({
      notes: 'mine\ntyped',
    })
  })

  it('is not what another route goes on with', () => {
    const seen = { ...remoteTask(), marker: MARKER, flags: ['sync-problem'] }
    expect(takingAway(todoist, judged(seen, { others: new Set([MARKER]) }))).toBeNull()
    expect(takingAway(todoist, judged({ ...seen, marker: null }, { others: new Set([MARKER]) }))).toBeNull()
    const other = takingAway(todoist, judged(seen, { others: new Set(['caldav/task/2']), comment: '7' }))
    expect(other?.beside).toMatchObject({ flags: { add: [], remove: [] }, bare: { comment: null } })
  })
})

describe('what an answer means', () => {
  const op = {
    id: '1',
    remoteId: '9',
    attempts: 1,
    emptyAt: null,
    steps: [{ name: 'fields', fields: {}, outcome: 'open' }],
  } as unknown as OpRow
  const answer = (
    outcome: 'confirmed' | 'refused' | 'unknown' | 'skipped',
    kind?: ProviderError['kind'],
    now = remoteTask(),
  ) => ({
    opId: '1',
    askedAt: '2026-11-20T12:00:00.000000Z',
    remoteId: '9',
    now,
    steps: [
      {
        name: 'fields',
        outcome,
        ...(kind === undefined
          ? {}
          : { error: new ProviderError({ kind, provider: 'todoist', message: 'No' }) }),
      },
    ],
  })
  const judge = (result: ReturnType<typeof answer>, tries = 0) => {
    const { op: after, leftover, held } = settledBy(op, result, todoist, tries)
    return [after.status, leftover.state, leftover.note, held?.kind ?? null]
  }

  it.each([
    [answer('confirmed'), 0, ['confirmed', 'done', null, null]],
    [
      answer('confirmed', undefined, { ...remoteTask(), marker: MARKER }),
      0,
      ['confirmed', 'open', null, null],
    ],
    [
      answer('confirmed', undefined, { ...remoteTask(), marker: MARKER }),
      5,
      ['confirmed', 'kept', 'unshown', null],
    ],
    [answer('unknown', 'ambiguous-write'), 0, ['unknown', 'open', null, null]],
    [answer('refused', 'gone'), 0, ['refused', 'done', null, null]],
    [answer('refused', 'not-visible'), 0, ['refused', 'kept', 'not-visible', null]],
    [answer('skipped', 'rate-limited'), 0, ['refused', 'open', null, 'rate-limited']],
    [answer('skipped'), 0, ['refused', 'open', null, null]],
  ])('%#', (result, tries, wanted) => {
    expect(judge(result, tries)).toEqual(wanted)
  })
})
