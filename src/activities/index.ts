import { cancellationSignal } from '@temporalio/activity'
import * as connections from './connections.ts'
import type { Deps } from './deps.ts'
import { type DispatchInput, dispatch } from './dispatch.ts'
import * as fill from './fill.ts'
import { type PeopleInput, people } from './people.ts'
import * as decided from './person-decides.ts'
import { type PlanInput, plan } from './plan.ts'
import { type PullInput, type PullOutput, pull } from './pull.ts'
import { type ReadInput, read } from './read.ts'
import { againWhenRenewed } from './refused-token.ts'
import { type PullThroughInput, pullThrough } from './temporal.ts'
import { type WriteInput, type WriteOutput, write } from './write.ts'

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
    nextFill: (input: Parameters<typeof fill.nextFill>[1]) => fill.nextFill(deps, input),
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

/**
 * One call to a service with its transactions: activities on the provider's own task queue. Each may be run again, and
 * is, once, when its token was refused and could be renewed.
 */
export function createProviderActivities(deps: Deps) {
  const renewing =
    <I extends connections.ConnectionInput, O>(
      run: (deps: Deps, input: I, signal: AbortSignal) => Promise<O>,
    ) =>
    (input: I): Promise<O> =>
      againWhenRenewed(deps, input.connectionId, () => run(deps, input, cancellationSignal()))
  return {
    pull: renewing<PullInput, PullOutput>(pull),
    read: renewing<ReadInput, void>(read),
    people: renewing<PeopleInput, void>(people),
    write: renewing<WriteInput, WriteOutput>(write),
    check: renewing<connections.ConnectionInput, void>(connections.check),
  }
}

export type RecordActivities = ReturnType<typeof createRecordActivities>
export type OwnActivities = ReturnType<typeof createOwnActivities>
export type ProviderActivities = ReturnType<typeof createProviderActivities>
