import { cancellationSignal } from '@temporalio/activity'
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

/** One call to a service with its transactions: activities on the provider's own task queue. */
export function createProviderActivities(deps: Deps) {
  return {
    pull: (input: PullInput) => pull(deps, input, cancellationSignal()),
    read: (input: ReadInput) => read(deps, input, cancellationSignal()),
    people: (input: PeopleInput) => people(deps, input, cancellationSignal()),
    write: (input: WriteInput) => write(deps, input, cancellationSignal()),
    check: (input: connections.ConnectionInput) => connections.check(deps, input, cancellationSignal()),
  }
}

export type RecordActivities = ReturnType<typeof createRecordActivities>
export type OwnActivities = ReturnType<typeof createOwnActivities>
export type ProviderActivities = ReturnType<typeof createProviderActivities>
