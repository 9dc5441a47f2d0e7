import { cancellationSignal } from '@temporalio/activity'
import { clearOld } from './alerts/clear-old.ts'
import { lookAtAllWebhooks } from './alerts/look-at-webhooks.ts'
import { type LookInput, lookForTrouble } from './alerts/look-for-trouble.ts'
import { sendMessages } from './alerts/send-messages.ts'
import { watchDeps } from './alerts/watch-deps.ts'
import { beginClean, finishClean, type LeavingInput } from './clean/begin.ts'
import { cleanHomes } from './clean/clean-homes.ts'
import { cleanNotes } from './clean/clean-notes.ts'
import { type CleanOutput, cleanTasks } from './clean/clean-tasks.ts'
import { type CleanInput, lookForLeftovers } from './clean/look.ts'
import * as connections from './connections.ts'
import { type DealInput, planDeal, retryDeal } from './deals/plan-deal.ts'
import { type PullDealsInput, type PullDealsOutput, pullDeals } from './deals/pull-deals.ts'
import { type TendHomeInput, type TendHomeOutput, tendHome } from './deals/tend-home.ts'
import type { Deps } from './deps.ts'
import { type DispatchInput, dispatch } from './dispatch.ts'
import * as fill from './fill.ts'
import { type WriteNotesInput, type WriteNotesOutput, writeNotes } from './notes/write-notes.ts'
import { type PeopleInput, people } from './people.ts'
import * as decided from './person-decides.ts'
import type { PlanOutput } from './plan/draft.ts'
import { type PlanInput, plan } from './plan.ts'
import { type PullInput, type PullOutput, pull } from './pull.ts'
import { type ReadInput, read } from './read.ts'
import { againWhenRenewed } from './refused-token.ts'
import { type ConfigureInput, configureSetup, confirmSetup } from './setup/configure.ts'
import { makeLabels } from './setup/make-labels.ts'
import { type OpenSetupInput, openSetup } from './setup/open.ts'
import { previewSetup } from './setup/preview.ts'
import { lookAtSetup } from './setup/progress.ts'
import { proposeSetup, type SetupInput } from './setup/propose.ts'
import type { SettingUp } from './setup/setting-up.ts'
import { type SurveyInput, survey } from './setup/survey.ts'
import { explainDeal, explainPair, showPairs } from './standstill.ts'
import * as syncs from './syncs.ts'
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
    explainPair: (input: decided.PairInput) => explainPair(deps, input),
    showPairs: (input: Parameters<typeof showPairs>[1]) => showPairs(deps, input),
    retryPair: (input: decided.PairInput) => decided.retryPair(deps, input),
    discardPair: (input: decided.PairInput) => decided.discardPair(deps, input),
    planDeal: (input: DealInput) => planDeal(deps, input),
    explainDeal: (input: DealInput) => explainDeal(deps, input),
    retryDeal: (input: DealInput) => retryDeal(deps, input),
    beginFill: (input: fill.RouteInput) => fill.beginFill(deps, input),
    nextFill: (input: Parameters<typeof fill.nextFill>[1]) => fill.nextFill(deps, input),
    finishFill: (input: fill.RouteInput) => fill.finishFill(deps, input),
    beginSync: (input: Parameters<typeof syncs.beginSync>[1]) => syncs.beginSync(deps, input),
    lookAtSync: (input: Parameters<typeof syncs.lookAtSync>[1]) => syncs.lookAtSync(deps, input),
    endSync: (input: Parameters<typeof syncs.endSync>[1]) => syncs.endSync(deps, input),
    beginClean: (input: LeavingInput) => beginClean(deps, input),
    finishClean: (input: LeavingInput) => finishClean(deps, input),
    proposeSetup: (input: SetupInput) => proposeSetup(deps, input),
    configureSetup: (input: ConfigureInput) => configureSetup(deps, input),
    confirmSetup: (input: SetupInput) => confirmSetup(deps, input),
    lookAtSetup: (input: SetupInput) => lookAtSetup(deps, input),
    lookForTrouble: (input: LookInput) => lookForTrouble(watchDeps(deps), input),
  }
}

/** Longer work on the workflows' own task queue. */
export function createOwnActivities(deps: Deps, settingUp: SettingUp) {
  return {
    openSetup: (input: OpenSetupInput) => openSetup(deps, settingUp, input),
    previewSetup: (input: SetupInput) => previewSetup(deps, input),
    beginSetup: (input: SetupInput) => settingUp.beginFirstSync(input.routeId),
    activate: (input: fill.RouteInput) => fill.activate(deps, input),
    pullThrough: (input: PullThroughInput) => pullThrough(input),
    sendMessages: () => sendMessages(watchDeps(deps), cancellationSignal()),
    clearOld: () => clearOld(deps),
    lookAtWebhooks: () => lookAtAllWebhooks(deps, cancellationSignal()),
  }
}

/** Runs the work of an activity that calls a service; the signal aborts when nobody waits for it any more. */
export type Run = <T>(work: (signal: AbortSignal) => Promise<T>) => Promise<T>

/**
 * One call to a service with its transactions: activities on the provider's own task queue. Each may be run again, and
 * is, once, when its token was refused and could be renewed.
 */
export function createProviderActivities(deps: Deps, run: Run) {
  const calling =
    <I extends connections.ConnectionInput, O>(
      work: (deps: Deps, input: I, signal: AbortSignal) => Promise<O>,
    ) =>
    (input: I): Promise<O> =>
      run((signal) => againWhenRenewed(deps, input.connectionId, () => work(deps, input, signal)))
  return {
    pull: calling<PullInput, PullOutput>(pull),
    read: calling<ReadInput, PlanOutput | null>(read),
    people: calling<PeopleInput, void>(people),
    write: calling<WriteInput, WriteOutput>(write),
    pullDeals: calling<PullDealsInput, PullDealsOutput>(pullDeals),
    tendHome: calling<TendHomeInput, TendHomeOutput>(tendHome),
    writeNotes: calling<WriteNotesInput, WriteNotesOutput>(writeNotes),
    check: calling<connections.ConnectionInput, void>(connections.check),
    lookForLeftovers: calling<CleanInput, void>(lookForLeftovers),
    cleanTasks: calling<CleanInput, CleanOutput>(cleanTasks),
    cleanHomes: calling<CleanInput, void>(cleanHomes),
    cleanNotes: calling<CleanInput, CleanOutput>(cleanNotes),
    survey: calling<SurveyInput, void>(survey),
    makeLabels: calling<SurveyInput, { readonly made: number }>(makeLabels),
  }
}

export type RecordActivities = ReturnType<typeof createRecordActivities>
export type OwnActivities = ReturnType<typeof createOwnActivities>
export type ProviderActivities = ReturnType<typeof createProviderActivities>
