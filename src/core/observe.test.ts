import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import { plusMs } from './db-time.ts'
import type { Observation, RemoteTask } from './observation.ts'
import { firstLook, type LookContext, look, type MirrorRow, sameContent, seeNow } from './observe.ts'
import { type CanonicalTask, FIELDS } from './task.ts'

const GRACE_MS = 60_000
const START = '2027-01-04T10:00:00.000000Z'
const at = (seconds: number): string => plusMs(START, seconds * 1000)
const second = (seconds: number): number => Date.parse(START) / 1000 + seconds

const remote = (task: Partial<CanonicalTask> = {}, given: Partial<RemoteTask> = {}): RemoteTask =>
  remoteTask({ list: 'l1', ...task }, { container: 'c1', person: 'p1', ...given })

const context = (seconds: number, given: Partial<LookContext> = {}): LookContext => ({
  askedAt: at(seconds),
  now: at(seconds),
  baseMovedAt: null,
  direct: true,
  announced: false,
  toldAt: null,
  deleteGraceMs: GRACE_MS,
  ...given,
})

const shows = (seen: RemoteTask): Observation => ({ kind: 'present', remoteId: '1', seen })
const missing = { kind: 'gone', remoteId: '1', certain: false } as const
const tombstone = { kind: 'gone', remoteId: '1', certain: true } as const
const unchanged = { kind: 'unchanged', remoteId: '1' } as const
const unknown = (why: 'not-visible' | 'unreadable' | 'in-doubt') =>
  ({ kind: 'unknown', remoteId: '1', why }) as const

const fresh = firstLook(remote(), START, START)

/** What a decision reads of a row; when it was looked at, and how often, are none of it. */
const content = ({ presence, seen }: MirrorRow) => ({ presence, seen })

describe('the first look', () => {
  it('makes a picture in which every field was seen in this second', () => {
    const row = firstLook(remote(), at(1), at(2.9))
    expect(row).toMatchObject({ presence: 'present', askedAt: at(1), firstSeenAt: at(2.9), changedSeq: 1 })
    expect(row.fieldSeen).toEqual(Object.fromEntries(FIELDS.map((field) => [field, second(2)])))
  })
})

describe('a look that shows the task', () => {
  it('is a change when its content differs, and stamps only the fields that do', () => {
    const { row, changed } = look(fresh, shows(remote({ title: 'Two' })), context(5))
    expect(changed).toBe(true)
    expect(row).toMatchObject({ askedAt: at(5), changedSeq: 2, seen: { task: { title: 'Two' } } })
    expect(row.fieldSeen).toEqual({ ...fresh.fieldSeen, title: second(5) })
  })

  it('is no change when only a version or a note of the provider differs, but keeps these', () => {
    const seen = remote({}, { version: '9', extra: { order: 3 }, madeAt: START })
    expect(look(fresh, shows(seen), context(5))).toEqual({
      row: { ...fresh, seen, askedAt: at(5) },
      changed: false,
      wakeAt: null,
    })
  })

  it.each([
    { container: 'c2' },
    { person: 'p2' },
    { assignedTo: 'u' },
    { recurs: true },
    { completions: 1 },
    { flags: ['no-sync'] },
    { block: ['typed'] },
  ])('with another %j is a change', (given) => {
    expect(sameContent(remote(), remote({}, given))).toBe(false)
    expect(look(fresh, shows(remote({}, given)), context(5)).changed).toBe(true)
  })

  it.each([{ list: 'l2' }, { parent: 'x' }])('moved to %j is a change', (place) => {
    expect(look(fresh, shows(remote(place)), context(5)).changed).toBe(true)
  })

  it('brings back what was missing, hidden or deleted', () => {
    const gone = look(fresh, tombstone, context(5)).row
    const hidden = look(fresh, unknown('not-visible'), context(5)).row
    const looked = look(fresh, missing, context(5)).row
    for (const [row, changed] of [
      [gone, true],
      [hidden, true],
      [looked, false],
    ] as const) {
      const back = look(row, shows(remote()), context(10))
      expect(back.changed).toBe(changed)
      expect(back.row).toMatchObject({ presence: 'present', missingAt: null, goneAt: null })
    }
  })

  it('asked for before the last base move is dropped when it differs, and asked for again', () => {
    const moved = { askedAt: at(5), now: at(8), baseMovedAt: at(6) }
    expect(look(fresh, shows(remote({ title: 'Old' })), context(5, moved))).toEqual({
      row: { ...fresh, lookAgain: true },
      changed: false,
      wakeAt: at(8),
    })
    expect(look(fresh, shows(remote()), context(5, moved))).toMatchObject({
      row: { lookAgain: false, askedAt: at(5) },
    })
    const after = look(fresh, shows(remote({ title: 'New' })), context(7, { ...moved, askedAt: at(7) }))
    expect(after).toMatchObject({ changed: true, row: { askedAt: at(7), lookAgain: false } })
  })
})

describe('after a dropped look', () => {
  const dropped: MirrorRow = { ...fresh, lookAgain: true }

  it('only a direct look at the task makes up for it', () => {
    const other = shows(remote({ title: 'Two' }))
    expect(look(dropped, other, context(9, { direct: false })).row.lookAgain).toBe(true)
    expect(look(dropped, other, context(9, { direct: true })).row.lookAgain).toBe(false)
  })

  it('to hear that nothing changed since proves nothing', () => {
    expect(look(dropped, unchanged, context(9))).toEqual({ row: dropped, changed: false, wakeAt: null })
    expect(look(fresh, unchanged, context(9)).row).toEqual({ ...fresh, askedAt: at(9) })
  })

  it('the answer of the service to our own write does not make up for it, a deletion does', () => {
    expect(seeNow(dropped, remote(), at(9)).lookAgain).toBe(true)
    expect(look(dropped, tombstone, context(9)).row).toMatchObject({ presence: 'gone', lookAgain: false })
  })
})

describe('the answer of the service itself', () => {
  it('is the newest picture there is', () => {
    const row = seeNow(fresh, remote({ title: 'Two' }), at(5))
    expect(row).toMatchObject({ askedAt: at(5), changedSeq: 2, presence: 'present', missingAt: null })
    expect(row.fieldSeen).toEqual({ ...fresh.fieldSeen, title: second(5) })
    expect(look(row, shows(remote({ title: 'Old' })), context(4)).row.seen).toBe(row.seen)
  })

  it('that shows what was known is no change', () => {
    expect(seeNow(fresh, remote({}, { version: '2' }), at(5)).changedSeq).toBe(1)
  })
})

describe('looks in any order', () => {
  const titles = ['One', 'Two', 'Three', 'Four', 'Five']
  const times = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 5 })
  const looks = times.chain((seconds) => {
    const made = seconds.map((askedAt, n) => ({
      askedAt,
      observation: shows(remote({ title: titles[n] ?? '' })),
    }))
    return fc.record({
      made: fc.constant(made),
      /** Each at least once, some several times, in any order. */
      told: fc
        .array(fc.constantFrom(...made), { maxLength: 6 })
        .chain((again) =>
          fc.shuffledSubarray([...made, ...again], { minLength: made.length + again.length }),
        ),
    })
  })

  const fold = (told: readonly { askedAt: number; observation: Observation }[], row = fresh) =>
    told.reduce(
      (before, one) => look(before, one.observation, context(one.askedAt, { now: at(1000) })).row,
      row,
    )

  it('leave the content of the newest', () => {
    fc.assert(
      fc.property(looks, ({ made, told }) => {
        const newest = [...made].sort((a, b) => a.askedAt - b.askedAt).slice(-1)
        expect(content(fold(told))).toEqual(content(fold(newest)))
      }),
      { numRuns: 150 },
    )
  })

  it('leave a deletion when that is the newest, and the task when it was seen after it', () => {
    fc.assert(
      fc.property(looks, fc.integer({ min: 501, max: 600 }), fc.boolean(), ({ told }, last, seenAfter) => {
        const deleted = { askedAt: last, observation: tombstone }
        const after = { askedAt: 700, observation: shows(remote({ title: 'Back' })) }
        const all = [deleted, ...(seenAfter ? [after] : []), ...told]
        const wanted = seenAfter ? 'present' : 'gone'
        expect(fold(all).presence).toBe(wanted)
        expect(fold([...all].reverse()).presence).toBe(wanted)
      }),
    )
  })

  it('never let an older one replace a newer one', () => {
    const any = fc.constantFrom<Observation>(
      shows(remote({ title: 'Old' })),
      missing,
      tombstone,
      unchanged,
      unknown('not-visible'),
      unknown('in-doubt'),
    )
    fc.assert(
      fc.property(any, fc.integer({ min: 1, max: 99 }), fc.boolean(), (observation, askedAt, direct) => {
        const row = seeNow(fresh, remote({ title: 'New' }), at(100))
        const told = look(row, observation, context(askedAt, { now: at(101), direct, announced: true }))
        // What an older look shows may be an edit made beside our write: it changes nothing, but the task is looked at.
        const { lookAgain, ...picture } = told.row
        expect({ ...picture, lookAgain: false }).toEqual(row)
        expect(told.changed).toBe(false)
        expect(told.wakeAt).toBe(lookAgain ? at(101) : null)
        expect(lookAgain).toBe(observation.kind === 'present' || observation.kind === 'gone')
      }),
    )
  })

  it('count every change, and change nothing else in the count', () => {
    fc.assert(
      fc.property(looks, ({ told }) => {
        let row = fresh
        for (const one of told) {
          const next = look(row, one.observation, context(one.askedAt))
          expect(next.row.changedSeq).toBe(row.changedSeq + (next.changed ? 1 : 0))
          expect(next.changed).toBe(!sameContent(row.seen, next.row.seen))
          row = next.row
        }
      }),
    )
  })
})

describe('a task that a look does not find', () => {
  it('is gone at once when the service has a tombstone of it, or has announced it, however new it is', () => {
    for (const told of [
      look(fresh, tombstone, context(1)),
      look(fresh, missing, context(1, { announced: true })),
    ]) {
      expect(told).toMatchObject({ changed: true, wakeAt: null })
      expect(told.row).toMatchObject({ presence: 'gone', goneAt: at(1), missingAt: null, changedSeq: 2 })
    }
  })

  it('is looked for again a grace after the first such look, and the wait is remembered', () => {
    const first = look(fresh, missing, context(5))
    expect(first).toMatchObject({
      changed: false,
      wakeAt: at(65),
      row: { presence: 'present', missingAt: at(5), askedAt: at(5) },
    })
    expect(look(first.row, missing, context(64.999))).toMatchObject({ changed: false, wakeAt: at(65) })
    expect(look(first.row, missing, context(65))).toMatchObject({ changed: true, row: { presence: 'gone' } })
  })

  it('is gone only after two looks a grace apart, with none between that shows it', () => {
    const told = fc.array(fc.record({ wait: fc.integer({ min: 1, max: 90 }), found: fc.boolean() }), {
      maxLength: 10,
    })
    fc.assert(
      fc.property(told, (steps) => {
        let row = fresh
        let now = 0
        let missingSince: number | null = null
        for (const { wait, found } of steps) {
          now += wait
          const gone = row.presence === 'gone' && !found
          const confirmed = !found && missingSince !== null && now - missingSince >= GRACE_MS / 1000
          row = look(row, found ? shows(remote()) : missing, context(now)).row
          expect(row.presence).toBe(gone || confirmed ? 'gone' : 'present')
          missingSince = found || row.presence === 'gone' ? null : (missingSince ?? now)
        }
      }),
      { numRuns: 150 },
    )
  })

  it('just after our own create is not gone before the grace is over', () => {
    const made = seeNow(fresh, remote(), at(100))
    const first = look(made, missing, context(101))
    expect(first).toMatchObject({ changed: false, wakeAt: at(161) })
    expect(look(first.row, missing, context(130)).row.presence).toBe('present')
  })

  it('by a look from before the last base move is only asked for again', () => {
    const moved = { askedAt: at(5), now: at(8), baseMovedAt: at(6) }
    for (const told of [missing, tombstone]) {
      expect(look(fresh, told, context(5, moved))).toEqual({
        row: { ...fresh, lookAgain: true },
        changed: false,
        wakeAt: at(8),
      })
    }
  })

  it('and was gone before stays as it was', () => {
    const gone = look(fresh, tombstone, context(5)).row
    expect(look(gone, missing, context(500))).toEqual({
      row: { ...gone, askedAt: at(500) },
      changed: false,
      wakeAt: null,
    })
  })
})

describe('a task of which nobody can say', () => {
  it('is a change once, and none as long as it stays so', () => {
    const first = look(fresh, unknown('not-visible'), context(5))
    expect(first).toMatchObject({
      changed: true,
      wakeAt: null,
      row: { presence: 'unknown', seen: fresh.seen },
    })
    expect(look(first.row, unknown('unreadable'), context(9))).toMatchObject({ changed: false, wakeAt: null })
  })

  it('for the moment is looked at again after a while', () => {
    expect(look(fresh, unknown('in-doubt'), context(5))).toEqual({
      row: fresh,
      changed: false,
      wakeAt: at(65),
    })
  })
})
