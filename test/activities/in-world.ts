import type { Deps } from '../../src/activities/deps.ts'
import { testWorker } from '../histories/worker.ts'
import type { World } from '../histories/world.ts'

/** Deps of activities that a test calls by itself, undisturbed. */
export function plainDeps(world: World): Deps {
  return world.depsFor(
    async () => undefined,
    async () => undefined,
  )
}

/** Pulls both sides and settles what is due, until nothing is. */
export async function settleIn(world: World, clock: { advance(ms: number): Promise<void> }): Promise<void> {
  const worker = testWorker(world, async () => undefined)
  await worker.pull('left', 'incremental')
  await worker.pull('right', 'incremental')
  while (await worker.work()) await clock.advance(10)
}

/**
 * As `settleIn`, over the grace of a deletion, which the left tells by its absence alone, and over the time in which a
 * look may be one from before.
 */
export async function settleLongIn(
  world: World,
  clock: { advance(ms: number): Promise<void> },
): Promise<void> {
  for (const _ of [1, 2, 3]) {
    await testWorker(world, async () => undefined).pull('left', 'complete')
    await settleIn(world, clock)
    await clock.advance(61_000)
  }
}

/** A user's task on the left, for somebody. */
export function addLeft(world: World, title: string): string {
  return world.left.create({
    fields: { title },
    person: 'p1',
    container: null,
    marker: null,
    madeBy: 'user',
  })
}
