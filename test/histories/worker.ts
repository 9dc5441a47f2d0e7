import { setTimeout } from 'node:timers/promises'
import { planDeal } from '../../src/activities/deals/plan-deal.ts'
import { type DealWalk, type PullDealsOutput, pullDeals } from '../../src/activities/deals/pull-deals.ts'
import { tendHome } from '../../src/activities/deals/tend-home.ts'
import type { Deps } from '../../src/activities/deps.ts'
import { dispatch } from '../../src/activities/dispatch.ts'
import { writeNotes } from '../../src/activities/notes/write-notes.ts'
import { people } from '../../src/activities/people.ts'
import { plan } from '../../src/activities/plan.ts'
import { pull } from '../../src/activities/pull.ts'
import { read } from '../../src/activities/read.ts'
import { type TaskStart, taskStarts } from '../../src/activities/task-start.ts'
import { write } from '../../src/activities/write.ts'
import { ProviderError } from '../../src/providers/provider-error.ts'
import type { DueDeal } from '../../src/store/deal-homes.ts'
import { type Begin, type Settled, settle, Trouble } from '../../src/workflows/settle.ts'
import { type DealSteps, settleDeal } from '../../src/workflows/settle-deal.ts'
import type { World } from './world.ts'

/** A worker without Temporal: the same activities in the order that the workflows give them. */
export type TestWorker = {
  pull(side: 'left' | 'right', mode: 'nudge' | 'incremental' | 'complete'): Promise<number>
  /** Takes up what is due and settles it. False when nothing was due. */
  work(): Promise<boolean>
  settle(pairIds: readonly string[]): Promise<Settled>
  /** Takes in the deals of the left side. */
  pullDeals(mode: 'complete' | 'named'): Promise<number>
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
  const woken: TaskStart[] = []
  const wokenDeals: DueDeal[] = []
  const deps: Deps = {
    ...depsWith(async (pairIds) => {
      woken.push(...(await taskStarts(deps.db, pairIds)))
    }),
    wakeDeals: async (deals) => {
      wokenDeals.push(...deals)
    },
  }
  const steps = stepsOf(deps, asActivity)
  const settleAll = (pairIds: readonly string[], begin?: Begin) => settle(steps, pairIds, begin)
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
    async pullDeals(mode) {
      let found = 0
      for (let at: DealWalk | null = null, more = true; more; more = at !== null) {
        const input = { connectionId: ids.leftId, mode, at, priority: 'poll' } as const
        const page: PullDealsOutput = await asActivity(() => pullDeals(deps, input, NEVER_ABORTED))
        found += page.found
        at = page.at
      }
      return found
    },
    async work() {
      const { batches, notes = [] } = await asActivity(() => {
        woken.length = 0
        wokenDeals.length = 0
        return dispatch(deps, { connectionId: ids.leftId, room: 2 })
      })
      for (const deal of [...wokenDeals]) await settleDeal(steps, deal)
      for (const { pairId, look } of [...woken]) await settleAll([pairId], { look })
      for (const group of batches) await settleAll(group)
      for (const { connectionId } of notes)
        await asActivity(() => writeNotes(deps, { connectionId, priority: 'poll' }, NEVER_ABORTED))
      return woken.length + batches.length + wokenDeals.length + notes.length > 0
    },
    settle: (pairIds) => settleAll(pairIds),
  }
}

/** One step at a time: two that run at once would leave the order to chance, and not to the seed. */
function stepsOf(deps: Deps, asActivity: AsActivity): DealSteps {
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
    planDeal: (input) => asActivity(() => planDeal(deps, input)),
    tendHome: (call) => inTurn(() => tendHome(deps, { ...call, priority: 'change' }, NEVER_ABORTED)),
    // By the clock that the history goes by, where it has one.
    pause: deps.pause ?? ((ms) => setTimeout(ms)),
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
      await setTimeout(retryAfterMs)
    }
  }
}
