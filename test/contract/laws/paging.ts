import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Observation } from '../../../src/providers/contract.ts'
import { presentIds } from '../expecting.ts'
import { severalOf } from '../sizes.ts'
import { type Stage, staged } from '../stage.ts'
import { needed, type Service } from '../world.ts'

/** How often a service without deltas may be asked until it has told every change. */
const LAPS = 12

type Doing = { readonly what: 'add' | 'edit' | 'complete' | 'remove'; readonly at: number }
const doingIn = (tasks: number): fc.Arbitrary<Doing> =>
  fc.record({
    what: fc.constantFrom('add', 'edit', 'complete', 'remove'),
    at: fc.nat({ max: tasks - 1 }),
  })

/** What a user does while a walk is under way, and after it. */
export function pagingLaws(service: Service): void {
  const { changes, tombstones } = service.declares.capabilities
  const several = severalOf(service)

  describe('paging', () => {
    test(
      'while tasks come, change and go: none that was there all the time is missed, and every change is told later',
      staged(service, async (stage) => {
        const ids = await stage.user.addMany(several)
        await fc.assert(
          fc.asyncProperty(
            fc.array(fc.array(doingIn(several), { minLength: 1, maxLength: 4 }), { maxLength: 4 }),
            (rounds) => walkWhile(stage, ids, rounds),
          ),
          {
            numRuns: 2,
            examples: [
              [
                [
                  [
                    { what: 'remove', at: 0 },
                    { what: 'remove', at: several - 1 },
                    { what: 'add', at: 0 },
                  ],
                  [
                    { what: 'edit', at: 1 },
                    { what: 'complete', at: several - 2 },
                  ],
                ],
              ],
            ],
          },
        )
      }),
    )

    test(
      'incrementally: every change since the cursor is told, and deletions where they are said to be',
      staged(service, async (stage) => {
        const [edited = '', completed = '', removed = ''] = await stage.user.addMany(3)
        const { cursor } = await stage.walkAll()
        await stage.advance(1_000)
        const added = await stage.user.add({ title: 'Added' })
        await stage.user.edit(edited, { title: 'Edited' })
        await stage.user.edit(completed, { completed: true })
        await stage.user.remove(removed)
        const wanted = [added, edited, completed, ...(tombstones ? [removed] : [])]
        const seen = await toldSince(stage, cursor, wanted)
        expect(seen.get(added)).toMatchObject({ kind: 'present', seen: { task: { title: 'Added' } } })
        expect(seen.get(edited)).toMatchObject({ kind: 'present', seen: { task: { title: 'Edited' } } })
        expect(seen.get(completed)).toMatchObject({ kind: 'present', seen: { task: { completed: true } } })
        if (tombstones) expect(seen.get(removed)).toEqual({ kind: 'gone', remoteId: removed, certain: true })
        else expect(seen.get(removed)?.kind ?? 'gone').not.toBe('present')
      }),
    )

    test(
      'incrementally, when nothing happened: nothing is called gone, and it may go on for ever',
      staged(service, async (stage) => {
        await stage.user.addMany(3)
        let { cursor } = await stage.walkAll()
        for (const _again of [1, 2, 3]) {
          const walk = await stage.walk({ mode: 'incremental', cursor })
          expect([...walk.seen.values()].filter(({ kind }) => kind === 'gone')).toEqual([])
          cursor = walk.cursor
        }
        expect(cursor).not.toBeNull()
      }),
    )

    test.runIf(changes === 'delta')(
      'incrementally, when the service has forgotten the cursor: everything is shown anew',
      staged(service, async (stage) => {
        const ids = await stage.user.addMany(3)
        const { cursor } = await stage.walkAll()
        await needed(stage.world.forgetCursors, 'forgetCursors', 'changes: delta')()
        const walk = await stage.walk({ mode: 'incremental', cursor })
        expect(new Set(presentIds(walk.seen.values()))).toEqual(new Set(ids))
        expect(walk.complete).toBe(true)
      }),
    )
  })
}

async function walkWhile(
  stage: Stage,
  ids: readonly string[],
  rounds: readonly (readonly Doing[])[],
): Promise<void> {
  const there = new Set((await stage.user.tasks()).map(({ id }) => id))
  const before = ids.filter((id) => there.has(id))
  const touched = new Map<string, Doing['what']>()
  let round = 0
  const live = async () => {
    for (const { what, at } of rounds[round] ?? []) {
      const id = before[at % before.length] ?? ''
      if (what === 'add') touched.set(await stage.user.add({ title: 'Meanwhile' }), what)
      else if (!touched.has(id)) {
        touched.set(id, what)
        if (what === 'remove') await stage.user.remove(id)
        else await stage.user.edit(id, what === 'edit' ? { title: 'Meanwhile' } : { completed: true })
      }
    }
    round += 1
  }
  const walk = await stage.walk({ mode: 'complete', cursor: null }, live)
  expect(walk.complete).toBe(true)
  expect(before.filter((id) => !touched.has(id) && !walk.seen.has(id))).toEqual([])
  const wanted = [...touched]
    .filter(([, what]) => what !== 'remove' || stage.can.tombstones)
    .map(([id]) => id)
  const later = await toldSince(stage, walk.cursor, wanted)
  for (const [id, what] of touched) {
    const told = later.get(id) ?? walk.seen.get(id)
    if (what === 'remove') {
      if (stage.can.tombstones) expect(told?.kind).toBe('gone')
    } else {
      const task = what === 'complete' ? { completed: true } : { title: 'Meanwhile' }
      expect(told, what).toMatchObject({ kind: 'present', seen: { task } })
    }
  }
}

/** What incremental pulls tell from a cursor on: a delta at once, a window within some pulls. */
async function toldSince(stage: Stage, from: string | null, wanted: readonly string[]) {
  const told = new Map<string, Observation>()
  let cursor = from
  const laps = stage.can.changes === 'delta' ? 1 : LAPS
  for (let lap = 0; lap < laps && (lap === 0 || wanted.some((id) => !told.has(id))); lap += 1) {
    const walk = await stage.walk({ mode: 'incremental', cursor })
    for (const [id, one] of walk.seen) told.set(id, one)
    cursor = walk.cursor
  }
  return told
}
