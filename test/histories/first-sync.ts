import type { Deps } from '../../src/activities/deps.ts'
import { activate, beginFill, finishFill, nextFill } from '../../src/activities/fill.ts'
import type { FirstSyncRule } from '../../src/core/policy.ts'
import type { Db } from '../../src/store/database.ts'
import { json } from '../../src/store/json.ts'
import { type FillSteps, fill } from '../../src/workflows/fill.ts'
import { Trouble } from '../../src/workflows/settle.ts'
import { testWorker } from './worker.ts'
import type { World } from './world.ts'

/** Makes the world's route one that nobody has confirmed yet, with a policy for its first sync. */
export async function asDraft(db: Db, world: World, rule: FirstSyncRule = { kind: 'open' }): Promise<void> {
  await db`
    update route set state = 'draft', filled_at = null,
      policy = policy || jsonb_build_object('firstSync', ${json(db, rule)}::jsonb)
    where id = ${world.routeId}`
}

/** What the first sync does when it has to wait; by default it must not. */
export type Rest = (inARow: number) => Promise<void>

const neverRests: Rest = async () => {
  throw new Error('the first sync waits')
}

/** The first sync as the workflow runs it, over the activities themselves. `turn` as in `World.depsFor`. */
export async function runFill(
  world: World,
  turn: () => Promise<void>,
  rest: Rest = neverRests,
): Promise<void> {
  await fill(fillSteps(world, turn, rest), () => undefined)
}

export function fillSteps(world: World, turn: () => Promise<void>, rest: Rest): FillSteps {
  const worker = testWorker(world, turn)
  const deps: Deps = world.depsFor(turn, async () => undefined)
  const input = { routeId: world.routeId }
  return {
    begin: () => beginFill(deps, input),
    pull: (connectionId) =>
      worker.pull(connectionId === world.leftId ? 'left' : 'right', 'complete').then(
        () => true,
        (error: unknown) => {
          if (error instanceof Trouble) return false
          throw error
        },
      ),
    activate: () => activate(deps, input),
    next: () => nextFill(deps, input),
    settle: (pairIds) => worker.settle(pairIds),
    finish: () => finishFill(deps, input),
    rest,
  }
}
