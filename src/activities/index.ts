import * as connections from './connections.ts'
import type { Deps } from './deps.ts'
import { type DispatchInput, dispatch } from './dispatch.ts'
import * as fill from './fill.ts'
import { type PeopleInput, people } from './people.ts'
import * as decided from './person-decides.ts'
import { type PlanInput, plan } from './plan.ts'
import { type PullInput, pull } from './pull.ts'
import { type ReadInput, read } from './read.ts'
import { type PullThroughInput, pullThrough } from './temporal.ts'
import { type WriteInput, write } from './write.ts'

/** Steps in the database alone: local activities, each safe to run twice at once. */
export function createRecordActivities(deps: Deps) {
  return {
    plan: (input: PlanInput) => plan(deps, input),
    dispatch: (input: DispatchInput) => dispatch(deps, input),
    describeConnection: (input: connections.ConnectionInput) => connections.describeConnection(deps, input),
    noteTrouble: (input: Parameters<typeof connections.noteTrouble>[1]) =>
      connections.noteTrouble(deps, input),
    pairTrouble: (input: decided.PairInput) => decided.pairTrouble(deps, input),
    retryPair: (input: decided.PairInput) => decided.retryPair(deps, input),
    discardPair: (input: decided.PairInput) => decided.discardPair(deps, input),
    beginFill: (input: fill.RouteInput) => fill.beginFill(deps, input),
    nextFill: (input: fill.RouteInput) => fill.nextFill(deps, input),
    finishFill: (input: fill.RouteInput) => fill.finishFill(deps, input),
  }
}

/** Longer work on the workflows' own task queue. */
export function createOwnActivities(deps: Deps) {
  return {
    activate: (input: fill.RouteInput) => fill.activate(deps, input),
    pullThrough: (input: PullThroughInput) => pullThrough(input),
  }
}

/** Runs the work of an activity that calls a service; the signal aborts when nobody waits for it any more. */
export type Run = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/** One call to a service with its transactions: activities on the provider's own task queue. */
export function createProviderActivities(deps: Deps, run: Run) {
  return {
    pull: (input: PullInput) => run((signal) => pull(deps, input, signal)),
    read: (input: ReadInput) => run((signal) => read(deps, input, signal)),
    people: (input: PeopleInput) => run((signal) => people(deps, input, signal)),
    write: (input: WriteInput) => run((signal) => write(deps, input, signal)),
    check: (input: connections.ConnectionInput) => run((signal) => connections.check(deps, input, signal)),
  }
}

export type RecordActivities = ReturnType<typeof createRecordActivities>
export type OwnActivities = ReturnType<typeof createOwnActivities>
export type ProviderActivities = ReturnType<typeof createProviderActivities>
