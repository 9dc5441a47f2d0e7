import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { task } from '../../test/core/arbitraries.ts'
import { remoteTask } from '../../test/core/remote-task.ts'
import { EXACT, LOSSY, modes, policy, stored, ZONED } from '../../test/core/rules.ts'
import { moveBase } from './base.ts'
import { confirmFields } from './confirm.ts'
import type { FieldDecree } from './decree.ts'
import { fixed, floating } from './due.ts'
import { sameValue } from './equal.ts'
import { mergeFields } from './merge.ts'
import type { Base, MergeInput, MergeSide } from './merge-types.ts'
import { labelSet } from './normalise.ts'
import {
  CONFLICT_RULES,
  type ConflictRule,
  DIRECTIONS,
  mayFlow,
  otherSide,
  type RoutePolicy,
  SIDES,
  type Side,
  type SideRules,
} from './policy.ts'
import { BLANK_TASK, type CanonicalTask, FIELDS, type Field } from './task.ts'

const NOTHING = {
  writes: { left: {}, right: {} },
  sources: { left: {}, right: {} },
  agreed: [],
  conflicts: [],
  fulfilled: [],
}

const side = (task: CanonicalTask, given: Partial<MergeSide> = {}): MergeSide => ({
  task,
  seenAt: {},
  doubted: new Set(),
  recurs: false,
  // The same ids on both sides.
  elsewhere: { list: task.list, parent: task.parent },
  ...given,
})

function input(given: Partial<MergeInput> & Pick<MergeInput, 'left' | 'right'>): MergeInput {
  return {
    base: { left: {}, right: {} },
    rules: { left: EXACT, right: EXACT },
    policy: policy(),
    overrides: [],
    standing: [],
    decrees: [],
    apart: new Set(),
    ...given,
  }
}

const titled = (title: string) => ({ ...BLANK_TASK, title })
const merge = (base: string, left: string, right: string, given: Partial<MergeInput> = {}) =>
  mergeFields(
    input({
      base: { left: titled(base), right: titled(base) },
      left: side(titled(left)),
      right: side(titled(right)),
      ...given,
    }),
  )

/** What one field needs, told in the fewest words: sides that store everything, and a base that is one value. */
function model(base: unknown, left: unknown, right: unknown, winner: Side | null) {
  const changed = { left: !sameValue(base, left), right: !sameValue(base, right) }
  if (!changed.left && !changed.right) return 'leave'
  if (sameValue(left, right)) return 'agreed'
  if (!changed.right) return { to: 'right', value: left }
  if (!changed.left) return { to: 'left', value: right }
  if (winner === null) return { conflict: null }
  return { to: otherSide(winner), value: winner === 'left' ? left : right, conflict: winner }
}

const rule = fc.constantFrom(...CONFLICT_RULES)
const seconds = fc.integer({ min: 1_800_000_000, max: 1_800_000_002 })

function winnerOf(conflicts: ConflictRule, left: number, right: number): Side | null {
  if (conflicts === 'manual') return null
  if (conflicts !== 'newest') return conflicts
  return right > left ? 'right' : 'left'
}

describe('a field of two sides that store everything', () => {
  it('goes as in the model', () => {
    fc.assert(
      fc.property(task, task, task, rule, seconds, seconds, (base, left, right, conflicts, at, other) => {
        const seenAt = (second: number) => Object.fromEntries(FIELDS.map((field) => [field, second]))
        const result = mergeFields(
          input({
            base: { left: base, right: base },
            left: side(left, { seenAt: seenAt(at) }),
            right: side(right, { seenAt: seenAt(other) }),
            policy: policy({ conflicts }),
          }),
        )
        for (const field of FIELDS.filter((one) => one !== 'labels')) {
          const wanted = model(base[field], left[field], right[field], winnerOf(conflicts, at, other))
          const found = result.conflicts.filter((one) => one.field === field)
          const to = SIDES.filter((one) => field in result.writes[one])
          const plain =
            to[0] === undefined
              ? result.agreed.includes(field)
                ? 'agreed'
                : 'leave'
              : { to: to[0], value: result.writes[to[0]][field] }
          expect(to.length).toBeLessThanOrEqual(1)
          expect(found.length).toBeLessThanOrEqual(1)
          if (found[0] === undefined) expect(plain).toEqual(wanted)
          else {
            const { winner } = found[0]
            expect(
              plain === 'leave' ? { conflict: winner } : { ...(plain as object), conflict: winner },
            ).toEqual(wanted)
            expect(found[0]).toMatchObject({
              base: { left: base[field], right: base[field] },
              left: left[field],
              right: right[field],
            })
          }
          if (to[0] !== undefined)
            expect(result.sources[to[0]][field]).toEqual(to[0] === 'left' ? right[field] : left[field])
        }
      }),
      { numRuns: 150 },
    )
  })
})

describe('labels', () => {
  const labels = fc.subarray(['a', 'b', 'c', 'd', 'e']).map((some) => labelSet(some))
  const labelled = (some: readonly string[]) => ({ ...BLANK_TASK, labels: some })

  it('of both sides are merged as sets: nobody’s addition or removal is lost', () => {
    fc.assert(
      fc.property(labels, labels, labels, rule, (base, left, right, conflicts) => {
        const given = input({
          base: { left: labelled(base), right: labelled(base) },
          left: side(labelled(left)),
          right: side(labelled(right)),
          policy: policy({ conflicts }),
        })
        const wanted = labelSet(
          ['a', 'b', 'c', 'd', 'e'].filter((one) =>
            base.includes(one)
              ? left.includes(one) && right.includes(one)
              : left.includes(one) || right.includes(one),
          ),
        )
        const after = applied(given)
        expect(after.left.task.labels).toEqual(wanted)
        expect(after.right.task.labels).toEqual(wanted)
        expect(mergeFields(given).conflicts).toEqual([])
        expect(mergeFields(after).writes).toEqual({ left: {}, right: {} })
      }),
    )
  })

  it('that only one of the two writes has reached are still owed to the other', () => {
    const base = labelled(['a', 'b'])
    const given = input({
      base: { left: base, right: base },
      left: side(labelled(['a', 'b', 'left'])),
      right: side(labelled(['b', 'right'])),
    })
    const { writes, sources } = mergeFields(given)
    const shown = remoteTask(labelled(writes.right.labels ?? []))
    const written = { verb: 'update', side: 'right', after: writes.right, sources: sources.right } as const
    const { move } = confirmFields(
      { ...written, before: remoteTask(given.right.task), base: given.base },
      ['labels'],
      shown,
      EXACT,
      given.policy,
      given.base,
    )
    const next = mergeFields({
      ...given,
      base: moveBase(given.base, move, '2027-01-04T10:00:00.000000Z').base,
      right: side(shown.task),
    })
    expect(next.writes).toEqual({ left: { labels: ['b', 'left', 'right'] }, right: {} })
  })

  it('of two tasks that were just matched are put together', () => {
    const result = mergeFields(input({ left: side(labelled(['a'])), right: side(labelled(['b'])) }))
    expect(result.writes).toEqual({ left: { labels: ['a', 'b'] }, right: { labels: ['a', 'b'] } })
  })
})

describe('a decreed value', () => {
  const decree = (given: Partial<FieldDecree> = {}): FieldDecree => ({
    kind: 'field',
    field: 'title',
    left: 'D',
    right: 'D',
    expects: { left: 'L', right: 'R' },
    cause: 'resolved',
    ...given,
  })

  it('is written to both sides, from neither, whatever rule, direction or override there is', () => {
    const decrees = [decree()]
    const given = {
      decrees,
      overrides: ['title'],
      policy: policy({ direction: 'off', conflicts: 'manual' }),
    } as const
    expect(merge('B', 'L', 'R', given)).toEqual({
      ...NOTHING,
      writes: { left: { title: 'D' }, right: { title: 'D' } },
    })
  })

  it('is over when both sides show it, and the base moves', () => {
    const decrees = [decree()]
    expect(merge('B', 'D', 'D', { decrees })).toEqual({ ...NOTHING, agreed: ['title'], fulfilled: decrees })
    expect(merge('B', 'D', 'R', { decrees }).writes).toEqual({ left: {}, right: { title: 'D' } })
  })

  it('gives way to a later edit, and is noted as its loser', () => {
    const decrees = [decree()]
    const result = merge('B', 'L', 'Edited', { decrees, left: side(titled('L')) })
    expect(result.fulfilled).toEqual(decrees)
    expect(result.conflicts[0]).toEqual({
      field: 'title',
      base: { left: 'D', right: 'D' },
      left: 'L',
      right: 'Edited',
      winner: 'right',
    })
  })

  it('waits while a value is doubted, and while its write stands refused', () => {
    const decrees = [decree()]
    const doubted = side(titled('L'), { doubted: new Set(['title'] as const) })
    expect(merge('B', 'L', 'R', { decrees, left: doubted })).toEqual(NOTHING)
    const standing = [{ field: 'title', left: 'L', right: 'R' }] as const
    expect(merge('B', 'L', 'R', { decrees, standing })).toEqual(NOTHING)
  })
})

describe('both sides changed and differ', () => {
  it.each([
    ['left', 1, 2, { right: { title: 'L' } }, 'left'],
    ['right', 2, 1, { left: { title: 'R' } }, 'right'],
    ['newest', 1, 2, { left: { title: 'R' } }, 'right'],
    ['newest', 2, 1, { right: { title: 'L' } }, 'left'],
    ['newest', 2, 2, { right: { title: 'L' } }, 'left'],
    ['manual', 1, 2, {}, null],
  ] as const)('rule %s, seen at %i and %i', (conflicts, left, right, writes, winner) => {
    const result = merge('B', 'L', 'R', {
      policy: policy({ conflicts }),
      left: side(titled('L'), { seenAt: { title: left } }),
      right: side(titled('R'), { seenAt: { title: right } }),
    })
    expect(result.writes).toEqual({ left: {}, right: {}, ...writes })
    expect(result.conflicts).toEqual([
      { field: 'title', base: { left: 'B', right: 'B' }, left: 'L', right: 'R', winner },
    ])
  })

  it('is a conflict from the first sight of both, with an empty base', () => {
    const result = mergeFields(input({ left: side(titled('L')), right: side(titled('R')) }))
    expect(result.conflicts).toMatchObject([{ field: 'title', base: { left: null, right: null } }])
    expect(result.agreed).toEqual(FIELDS.filter((field) => field !== 'title'))
  })
})

describe('two tasks that were never the same', () => {
  const bare = { ...BLANK_TASK, title: 'Call' }
  const full = { ...bare, notes: 'two litres, oat', priority: 1 as const }
  const both = (left: CanonicalTask, right: CanonicalTask, direction: RoutePolicy['direction'] = 'both') =>
    mergeFields(
      input({ left: side(left), right: side(right), policy: policy({ direction, conflicts: 'left' }) }),
    )

  it('fill each other’s blanks, whatever the rule, and nothing of it is a conflict', () => {
    const writes = { notes: full.notes, priority: 1 }
    expect(both(bare, full)).toMatchObject({ writes: { left: writes, right: {} }, conflicts: [] })
    expect(both(full, bare)).toMatchObject({ writes: { left: {}, right: writes }, conflicts: [] })
  })

  it('keep what the other one lacks, where nothing may flow there', () => {
    const kept = { writes: { left: {}, right: {} }, conflicts: [] }
    for (const result of [both(bare, full, 'toRight'), both(full, bare, 'toLeft')]) {
      expect(result).toMatchObject(kept)
      // So that it stays, whatever else they agree on.
      expect(result.agreed).toEqual(expect.arrayContaining(['notes', 'priority']))
    }
  })

  it('leave it to the rule where one was made of the other, and its user has emptied it before anybody heard', () => {
    const base = { left: { title: 'Call' }, right: { title: 'Call' } }
    const result = mergeFields(
      input({ base, left: side(full), right: side(bare), policy: policy({ conflicts: 'right' }) }),
    )
    expect(result.writes.left).toEqual({ notes: '', priority: null })
    expect(result.conflicts).toHaveLength(2)
  })

  it('leave an emptied field to the rule once both were the same', () => {
    const base = { left: full, right: full }
    const emptied = mergeFields(input({ base, left: side(bare), right: side(full) }))
    expect(emptied.writes.right).toEqual({ notes: '', priority: null })
  })
})

describe('a task below another', () => {
  const lying = (list: string, parent: string | null) => ({ ...BLANK_TASK, title: 'Call', list, parent })
  const together = { ...EXACT, parentAcrossLists: false }
  const both = { left: lying('one', 'p'), right: lying('uno', 'q') }
  const moved = (parent: string | null | undefined, rules = together) =>
    mergeFields(
      input({
        base: both,
        left: { ...side(lying('two', 'p')), elsewhere: { list: 'due', parent } },
        right: side(both.right),
        rules: { left: EXACT, right: rules },
      }),
    )

  it('that goes to another list is told once more where it lies, if it cannot lie in another one than its parent', () => {
    expect(moved(null).writes).toEqual({ left: {}, right: { list: 'due', parent: null } })
    expect(moved('q').writes).toEqual({ left: {}, right: { list: 'due', parent: 'q' } })
    expect(moved('q').sources.right).toEqual({ list: 'two', parent: 'p' })
    expect(moved(undefined).writes).toEqual({ left: {}, right: { list: 'due' } })
    expect(moved(null, EXACT).writes).toEqual({ left: {}, right: { list: 'due' } })
  })

  it('leaves alone the parent that the other user has just chosen', () => {
    const result = mergeFields(
      input({
        base: both,
        left: { ...side(lying('two', 'p')), elsewhere: { list: 'due', parent: 'q' } },
        right: { ...side(lying('uno', 'r')), elsewhere: { list: 'one', parent: 'r2' } },
        rules: { left: EXACT, right: together },
      }),
    )
    expect(result.writes).toEqual({ left: { parent: 'r2' }, right: { list: 'due' } })
  })

  it('is put below its other one as soon as there is one, where it came to lie below none', () => {
    const apart = { left: lying('one', 'p'), right: lying('uno', null) }
    const left = (parent: string | null) => ({
      ...side(apart.left),
      elsewhere: { list: 'uno', parent },
    })
    const given = { base: apart, right: side(apart.right) }
    expect(mergeFields(input({ ...given, left: left(null) })).writes.right).toEqual({})
    expect(mergeFields(input({ ...given, left: left('q') })).writes.right).toEqual({ parent: 'q' })
    // Taken out by a user of the other side since: that is a change of theirs.
    const taken = { ...given, base: both, left: left('q') }
    expect(mergeFields(input(taken)).writes).toEqual({ left: { parent: null }, right: {} })
  })
})

describe('a direction', () => {
  it('lets nothing through against it', () => {
    const direction = fc.constantFrom(...DIRECTIONS)
    const fields = fc.record(Object.fromEntries(FIELDS.map((field) => [field, direction])) as never, {
      requiredKeys: [],
    })
    const mode = fc.constantFrom('rw', 'createOnly', 'readOnly', 'none' as const)
    const some = fc
      .record(Object.fromEntries(FIELDS.map((field) => [field, mode])) as never)
      .map((held): SideRules => ({ ...EXACT, modes: modes(held as object) }))
    fc.assert(
      fc.property(task, task, task, direction, fields, some, some, (base, left, right, whole, each, l, r) => {
        const rules = { left: l, right: r }
        const chosen: RoutePolicy = policy({ direction: whole, fields: each as RoutePolicy['fields'] })
        const result = mergeFields(
          input({
            base: { left: base, right: base },
            left: side(left),
            right: side(right),
            rules,
            policy: chosen,
          }),
        )
        for (const target of SIDES) {
          for (const field of Object.keys(result.writes[target]) as Field[]) {
            expect(mayFlow(chosen, field, target)).toBe(true)
            expect(rules[target].modes[field]).toBe('rw')
            expect(rules[otherSide(target)].modes[field]).not.toBe('none')
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it.each([
    ['toRight', 'B', 'R', { left: {}, right: {} }, []],
    ['toRight', 'L', 'B', { left: {}, right: { title: 'L' } }, []],
    ['toRight', 'L', 'R', { left: {}, right: { title: 'L' } }, ['left']],
    ['toLeft', 'L', 'R', { left: { title: 'R' }, right: {} }, ['right']],
    ['off', 'L', 'R', { left: {}, right: {} }, []],
  ] as const)('%s of the title: left %s, right %s', (direction, left, right, writes, winners) => {
    // The rule would have it the other way; where only one way is open, there is nothing to choose.
    const conflicts = direction === 'toRight' ? 'right' : 'left'
    const given = { policy: policy({ fields: { title: direction }, conflicts }) }
    const result = merge('B', left, right, given)
    expect(result.writes).toEqual(writes)
    expect(result.conflicts.map((one) => one.winner)).toEqual(winners)
  })

  it('of the route holds for every field', () => {
    expect(merge('B', 'B', 'R', { policy: policy({ direction: 'toRight' }) })).toEqual(NOTHING)
  })

  it('does not keep two equal values from being agreed upon', () => {
    expect(merge('B', 'X', 'X', { policy: policy({ direction: 'off' }) }).agreed).toEqual(['title'])
  })
})

describe('what is left alone', () => {
  it('a field under override, on both sides', () => {
    fc.assert(
      fc.property(task, task, task, fc.subarray([...FIELDS]), (base, left, right, overrides) => {
        const result = mergeFields(
          input({ base: { left: base, right: base }, left: side(left), right: side(right), overrides }),
        )
        for (const field of overrides) expect(touched(result, field)).toBe(false)
      }),
    )
  })

  it('a field whose value on either side is doubted', () => {
    fc.assert(
      fc.property(
        task,
        task,
        task,
        fc.constantFrom(...SIDES),
        fc.subarray([...FIELDS]),
        (base, l, r, at, some) => {
          const doubted = { doubted: new Set(some) }
          const result = mergeFields(
            input({
              base: { left: base, right: base },
              left: side(l, at === 'left' ? doubted : {}),
              right: side(r, at === 'right' ? doubted : {}),
            }),
          )
          for (const field of some) expect(touched(result, field)).toBe(false)
        },
      ),
    )
  })

  it('a difference that was decided to stand, until either value moves', () => {
    const standing = [{ field: 'title', left: 'L', right: 'B' }] as const
    expect(merge('B', 'L', 'B', { standing })).toEqual(NOTHING)
    expect(merge('B', 'L2', 'B', { standing }).writes.right).toEqual({ title: 'L2' })
    expect(merge('B', 'L', 'R', { standing }).conflicts).toHaveLength(1)
  })
})

describe('a side that holds less than the other', () => {
  const rules = { left: LOSSY, right: ZONED }

  it('never changes what it cannot store', () => {
    fc.assert(
      fc.property(task, task, (before, after) => {
        const { zone } = policy()
        const full = stored(before, ZONED, zone)
        const next = stored(after, ZONED, zone)
        const echo = stored(full, LOSSY, zone)
        const result = mergeFields(
          input({ base: { left: echo, right: full }, left: side(echo), right: side(next), rules }),
        )
        expect(result.writes.right).toEqual({})
        expect(result.conflicts).toEqual([])
        for (const field of Object.keys(result.writes.left) as Field[])
          expect(LOSSY.keep(field, next[field], { zone })).not.toEqual(echo[field])
      }),
    )
  })

  it('takes a longer title as agreed where the difference lies beyond its end', () => {
    const base: Base = { left: titled('Call Tom'), right: titled('Call Tom about the roof') }
    const result = mergeFields(
      input({ base, left: side(titled('Call Tom')), right: side(titled('Call Tom tonight')), rules }),
    )
    expect(result).toEqual({ ...NOTHING, agreed: ['title'] })
  })

  it('moves a floating time without making it a fixed one', () => {
    const due = floating('2027-07-01T09:00')
    const base: Base = { left: { due: fixed('2027-07-01T13:00:00Z', null) }, right: { due } }
    const result = mergeFields(
      input({
        base: { left: { ...BLANK_TASK, ...base.left }, right: { ...BLANK_TASK, ...base.right } },
        left: side({ ...BLANK_TASK, due: fixed('2027-07-01T14:30:00Z', null) }),
        right: side({ ...BLANK_TASK, due }),
        rules,
      }),
    )
    expect(result.writes).toEqual({ left: {}, right: { due: floating('2027-07-01T10:30') } })
    expect(result.sources.right).toEqual({ due: fixed('2027-07-01T14:30:00Z', null) })
  })

  it('told the same in its own words, by both at once, is no conflict', () => {
    const due = floating('2027-07-02T09:00')
    const base = { ...BLANK_TASK, due: floating('2027-07-01T09:00') }
    const result = mergeFields(
      input({
        base: { left: stored(base, LOSSY, 'America/New_York'), right: base },
        left: side({ ...BLANK_TASK, due: fixed('2027-07-02T13:00:00Z', null) }),
        right: side({ ...BLANK_TASK, due }),
        rules,
      }),
    )
    expect(result).toEqual({ ...NOTHING, agreed: ['due'] })
  })
})

describe('after its writes are shown and the base has moved', () => {
  const someRules = fc.constantFrom(EXACT, LOSSY, ZONED)

  it('a second merge finds nothing to do', () => {
    const direction = fc.constantFrom(...DIRECTIONS)
    fc.assert(
      fc.property(
        fc.tuple(task, task, task, task),
        fc.tuple(someRules, someRules),
        rule,
        fc.tuple(direction, direction),
        ([baseLeft, baseRight, left, right], [leftRules, rightRules], conflicts, [whole, title]) => {
          const chosen = policy({ conflicts, direction: whole, fields: { title } })
          const given = input({
            base: {
              left: stored(baseLeft, leftRules, chosen.zone),
              // A set of labels is the same on both sides once it was confirmed.
              right: stored({ ...baseRight, labels: baseLeft.labels }, rightRules, chosen.zone),
            },
            left: side(stored(left, leftRules, chosen.zone)),
            right: side(stored(right, rightRules, chosen.zone)),
            rules: { left: leftRules, right: rightRules },
            policy: chosen,
          })
          const second = mergeFields(applied(given))
          expect(second.writes).toEqual({ left: {}, right: {} })
          expect(second.agreed).toEqual([])
          expect(second.conflicts.filter((one) => one.winner !== null)).toEqual([])
        },
      ),
      { numRuns: 200 },
    )
  })
})

function touched(result: ReturnType<typeof mergeFields>, field: Field): boolean {
  return (
    SIDES.some((one) => field in result.writes[one] || field in result.sources[one]) ||
    result.agreed.includes(field) ||
    result.conflicts.some((one) => one.field === field)
  )
}

/** The input after both services have stored what was written, and the base has moved to what they show. */
function applied(given: MergeInput): MergeInput {
  const { writes, sources, agreed } = mergeFields(given)
  const { zone } = given.policy
  const show = (at: Side): CanonicalTask => ({
    ...given[at].task,
    ...Object.fromEntries(
      (Object.keys(writes[at]) as Field[]).map((field) => [
        field,
        given.rules[at].keep(field, writes[at][field] as CanonicalTask[typeof field], { zone }),
      ]),
    ),
  })
  const shown = { left: show('left'), right: show('right') }
  const now = '2027-01-04T10:00:00.000000Z'
  let { base } = given
  for (const at of SIDES) {
    const fields = Object.keys(writes[at]) as Field[]
    const written = {
      verb: 'update',
      side: at,
      after: writes[at],
      sources: sources[at],
      before: remoteTask(given[at].task),
      base: given.base,
    } as const
    const { move } = confirmFields(
      written,
      fields,
      remoteTask(shown[at]),
      given.rules[at],
      given.policy,
      base,
    )
    base = moveBase(base, move, now).base
  }
  const both = (at: Side) => Object.fromEntries(agreed.map((field) => [field, shown[at][field]]))
  base = moveBase(base, { left: both('left'), right: both('right') }, now).base
  return {
    ...given,
    base,
    left: { ...given.left, task: shown.left },
    right: { ...given.right, task: shown.right },
  }
}
