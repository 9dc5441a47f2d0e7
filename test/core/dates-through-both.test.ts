import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { confirmFields } from '../../src/core/confirm.ts'
import type { Due } from '../../src/core/due.ts'
import { sameValue } from '../../src/core/equal.ts'
import { mergeFields } from '../../src/core/merge.ts'
import type { Base } from '../../src/core/merge-types.ts'
import type { RemoteTask } from '../../src/core/observation.ts'
import { otherSide, SIDES, type Side } from '../../src/core/policy.ts'
import { createFollowUpBoss } from '../../src/providers/follow-up-boss/index.ts'
import { decodeTask, encode as encodeForFub } from '../../src/providers/follow-up-boss/mapping.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { encode as encodeForTodoist, observe } from '../../src/providers/todoist/mapping.ts'
import { due, zone } from './arbitraries.ts'
import { remoteTask } from './remote-task.ts'
import { EXACT, policy } from './rules.ts'

const providers = { left: createFollowUpBoss(), right: createTodoist() }
const rules = {
  left: { ...EXACT, modes: providers.left.capabilities.fields, keep: providers.left.keep },
  right: { ...EXACT, modes: providers.right.capabilities.fields, keep: providers.right.keep },
}

/** What each service holds after a date was written to it, by the providers' own words for requests and answers. */
const STORE: Readonly<Record<Side, (value: Due | null, where: string) => RemoteTask>> = {
  left(value, where) {
    const body = encodeForFub({ due: value }, where) as { dueDate?: string; dueDateTime?: string }
    const row = { id: 1, personId: 1, name: 'Call', isCompleted: 0, ...body }
    const seen = decodeTask(row)
    if (seen === null) throw new Error('the answer could not be read')
    return seen.seen
  },
  right(value, where) {
    const around = { before: remoteTask(), marker: null, beside: null, zone: where }
    const { due: stored } = encodeForTodoist({ due: value }, around)
    const seen = observe({ id: '1', content: 'Call', due: stored })
    if (seen?.kind !== 'present') throw new Error('the answer could not be read')
    return seen.seen
  },
}

/** Both sides of one task, and what they held when they were last equal. */
type Both = Readonly<Record<Side, RemoteTask>> & { readonly base: Base }

const withDue = (seen: RemoteTask): RemoteTask => remoteTask({ due: seen.task.due })

const NOWHERE = { list: null, parent: null }

/** One pass: merge, write, take the replies in. Gives back how many writes it took. */
function pass(both: Both, where: string): { readonly both: Both; readonly writes: number } {
  const chosen = policy({ zone: where })
  const side = (at: Side) => ({
    task: both[at].task,
    seenAt: {},
    doubted: new Set<never>(),
    recurs: false,
    elsewhere: NOWHERE,
  })
  const merged = mergeFields({
    base: both.base,
    left: side('left'),
    right: side('right'),
    rules,
    policy: chosen,
    overrides: [],
    standing: [],
    decrees: [],
    apart: new Set(),
  })
  const targets = SIDES.filter((at) => 'due' in merged.writes[at])
  let next: Both = both
  for (const at of targets) {
    const shown = withDue(STORE[at](merged.writes[at].due ?? null, where))
    const written = {
      verb: 'update',
      side: at,
      after: merged.writes[at],
      sources: merged.sources[at],
      before: both[at],
      base: both.base,
    } as const
    const { move } = confirmFields(written, ['due'], shown, rules[at], chosen, next.base)
    next = {
      ...next,
      [at]: shown,
      base: {
        left: { ...next.base.left, ...move.left },
        right: { ...next.base.right, ...move.right },
      },
    }
  }
  if (merged.agreed.includes('due'))
    next = { ...next, base: { left: { due: next.left.task.due }, right: { due: next.right.task.due } } }
  return { both: next, writes: targets.length }
}

const edit = fc.record({ at: fc.constantFrom(...SIDES), value: due })

describe('a date that goes through both services', () => {
  it('never drifts, whatever its kind, the zones and the time of year', () => {
    fc.assert(
      fc.property(zone, fc.array(edit, { minLength: 1, maxLength: 6 }), (where, edits) => {
        const first = remoteTask()
        let both: Both = {
          left: first,
          right: first,
          base: { left: { due: null }, right: { due: null } },
        }
        for (const { at, value } of edits) {
          const typed = withDue(STORE[at](value, where))
          const done = pass({ ...both, [at]: typed }, where)
          // What was typed stays as it was typed; the other side shows it as far as it can.
          expect(done.both[at].task.due).toEqual(typed.task.due)
          const kept = (side: Side) => rules.left.keep('due', done.both[side].task.due, { zone: where })
          if (at === 'right') expect(kept('left')).toEqual(kept('right'))
          // However often both sides are looked at afterwards, nothing is written and nothing moves.
          let quiet = done.both
          for (let round = 0; round < 3; round += 1) {
            const again = pass(quiet, where)
            expect(again.writes).toBe(0)
            expect(sameValue(again.both[otherSide(at)].task.due, quiet[otherSide(at)].task.due)).toBe(true)
            quiet = again.both
          }
          both = quiet
        }
      }),
      { numRuns: 400 },
    )
  })
})
