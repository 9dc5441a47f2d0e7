import type { Deps } from '../../src/activities/deps.ts'
import { dispatch } from '../../src/activities/dispatch.ts'
import { people } from '../../src/activities/people.ts'
import { plan } from '../../src/activities/plan.ts'
import { pull } from '../../src/activities/pull.ts'
import { read } from '../../src/activities/read.ts'
import { write } from '../../src/activities/write.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'
import { type Settled, type Steps, settle, Trouble } from '../../src/workflows/settle.ts'
import type { World } from './world.ts'

/** A worker without Temporal: the same activities in the order that the workflows give them. */
export type TestWorker = {
  pull(side: 'left' | 'right', mode: 'nudge' | 'incremental' | 'complete'): Promise<number>
  /** Takes up what is due and settles it. False when nothing was due. */
  work(): Promise<boolean>
  settle(pairIds: readonly string[]): Promise<Settled>
}

const NEVER_ABORTED = new AbortController().signal

export function testWorker(world: World, turn: () => Promise<void>): TestWorker {
  return workerOver(world, (wakeTasks) => world.depsFor(turn, wakeTasks))
}

/** Runs an activity, again where Temporal would. Throws `Trouble` for what it would tell the workflow. */
export type AsActivity = <T>(work: () => Promise<T>) => Promise<T>

/** A worker for the route between two connections, over whatever services they lead to. */
export function workerOver(
  ids: { readonly leftId: string; readonly rightId: string },
  depsWith: (wakeTasks: Deps['wakeTasks']) => Deps,
  asActivity: AsActivity = orTrouble,
): TestWorker {
  const woken: string[] = []
  const deps = depsWith(async (pairIds) => {
    woken.push(...pairIds)
  })
  const steps = stepsOf(deps, asActivity)
  const settleAll = (pairIds: readonly string[]) => settle(steps, pairIds)
  return {
    async pull(side, mode) {
      const connectionId = side === 'left' ? ids.leftId : ids.rightId
      let found = 0
      for (let next = false, more = true; more; next = true) {
        const page = await asActivity(() =>
          pull(deps, { connectionId, mode, priority: 'poll', next }, NEVER_ABORTED),
        )
        found += page.found
        more = page.more
      }
      return found
    },
    async work() {
      const { batches } = await asActivity(() => {
        woken.length = 0
        return dispatch(deps, { connectionId: ids.leftId, room: 2 })
      })
      const groups = [...(woken.length > 0 ? woken.map((id) => [id]) : []), ...batches]
      for (const group of groups) await settleAll(group)
      return groups.length > 0
    },
    settle: settleAll,
  }
}

/** One step at a time: two that run at once would leave the order to chance, and not to the seed. */
function stepsOf(deps: Deps, asActivity: AsActivity): Steps {
  let last: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(() => asActivity(work))
    last = next.catch(() => undefined)
    return next
  }
  return {
    plan: (input) => asActivity(() => plan(deps, input)),
    read: (call) => inTurn(() => read(deps, { ...call, priority: 'change' }, NEVER_ABORTED)),
    people: (call) => inTurn(() => people(deps, { ...call, priority: 'change' }, NEVER_ABORTED)),
    write: (call) => inTurn(() => write(deps, { ...call, priority: 'change' }, NEVER_ABORTED)),
  }
}

/** Short waits for quota are a retry's delay, as under Temporal; every other failure of a service is trouble. */
async function orTrouble<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      const { retryAfterMs } = error
      if (error.kind !== 'rate-limited' || retryAfterMs === undefined)
        throw new Trouble(error.kind, error.message)
      await new Promise((resolve) => setTimeout(resolve, retryAfterMs))
    }
  }
}
