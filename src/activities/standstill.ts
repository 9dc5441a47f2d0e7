import type { SkipReason } from '../core/decision.ts'
import { allDealHomes } from '../store/deal-homes.ts'
import { standingStill, waitingPair } from '../store/waiting.ts'
import type { DealInput } from './deals/plan-deal.ts'
import type { Deps } from './deps.ts'
import type { PairInput } from './person-decides.ts'

/** What Temporal shows as current details of a workflow that stands still: why, and what ends it. Words of ours and ids alone. */
export type Standstill = { readonly details: string }

/** Why a pair that is not settled waits or has failed. */
export async function explainPair(deps: Pick<Deps, 'db'>, { pairId }: PairInput): Promise<Standstill> {
  const pair = await waitingPair(deps.db, pairId)
  if (pair === undefined) return { details: '' }
  const { state, reason, lastError, asked } = pair
  const { why, todo } = asked
    ? {
        why: 'a conflict of it has to be decided by a person',
        todo: '"dealbridge conflicts" says between what; "dealbridge conflicts resolve" decides',
      }
    : pairWords(reason)
  return {
    details: lines(state === 'error', why, lastError, [
      `What to do: ${todo}.`,
      'Signal `retry` tries it again, `discard` gives it up until either side changes.',
      `All about it: "dealbridge explain pair/${pairId}"`,
    ]),
  }
}

/** Why a deal waits or has failed, for each route in which it does. */
export async function explainDeal(deps: Pick<Deps, 'db'>, input: DealInput): Promise<Standstill> {
  const homes = await allDealHomes(deps.db, input)
  const stuck = homes.filter(({ state }) => state !== 'ok')
  return {
    details: stuck
      .map(({ route, state, reason, lastError }) =>
        lines(state === 'error', `${dealWhy(reason)} (route ${route})`, lastError, [
          `What to do: ${dealTodo(reason, input.dealId)}.`,
        ]),
      )
      .concat('Signal `retry` tries it again, as "dealbridge deals retry" does.')
      .join('\n\n'),
  }
}

function lines(failed: boolean, why: string, said: string | null, more: readonly string[]): string {
  return [
    `${failed ? 'Failed' : 'Waits'}: ${why}.`,
    ...(said === null ? [] : [`It says: ${said}.`]),
    ...more,
  ].join('\n\n')
}

/** The reasons for which a pair stands still; any other one is told by its name. */
function pairWords(reason: SkipReason | null): { readonly why: string; readonly todo: string } {
  switch (reason) {
    case 'needs-person':
      return {
        why: 'it names no contact, or a name that none or several have',
        todo: 'name the contact in the task',
      }
    case 'ambiguous':
      return {
        why: 'several tasks of the other side could be it, or the answer to its making was lost',
        todo: '"dealbridge conflicts" lists them, "dealbridge conflicts resolve" answers',
      }
    case 'not-visible':
      return {
        why: 'the key may not see it, or the answer about it cannot be read',
        todo: 'give the key the right to see it',
      }
    case 'deleted-there':
      return {
        why: 'it was deleted on one side and let go on the other',
        todo: 'nothing, or "dealbridge relink" to have it again',
      }
    case 'home-gone':
      return {
        why: 'its list, project or section was deleted or archived',
        todo: 'bring that back, or map another one in its place',
      }
    case 'broken':
      return { why: 'the record says of it what cannot be', todo: 'report it' }
    case 'refused':
    case null:
      return {
        why: 'the service refused a write for good',
        todo: 'remove the cause, or change the task',
      }
    default:
      return { why: reason, todo: 'see below' }
  }
}

function dealWhy(reason: string | null): string {
  switch (reason) {
    case 'home-gone':
      return 'its section, or the project or list of its stage, was deleted or archived in the task app'
    case 'moved-away':
      return 'its section was moved to the project of another stage twice, and is left there'
    case 'refused':
      return 'the task app refused a change of its section'
    default:
      return reason ?? 'nothing was noted about why'
  }
}

function dealTodo(reason: string | null, dealId: string): string {
  return reason === 'home-gone'
    ? `"dealbridge conflicts resolve home-${dealId} restore" or "let-go"`
    : 'remove the cause, then try it again'
}

/** An operator's list of more than so many is read by nobody, and each of them costs Temporal a start; `status` counts them all. */
const MOST_SHOWN = 1_000

/** Of pairs that a batch has settled: those that wait or have failed get a workflow, in which an operator sees and signals them. */
export async function showPairs(
  deps: Pick<Deps, 'db' | 'wakeTasks'>,
  { pairIds }: { readonly pairIds: readonly string[] },
): Promise<void> {
  const stuck = await standingStill(deps.db, pairIds, MOST_SHOWN)
  if (stuck.length > 0) await deps.wakeTasks(stuck)
}
