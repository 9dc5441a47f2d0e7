import type { OwnActivities, ProviderActivities, RecordActivities } from '../activities/index.ts'
import type { QuotaPriority } from '../activities/open-connection.ts'

/** What each step is called in the lists of events that Temporal shows. Words of ours alone, for they stay in the history. */
export const RECORD_SUMMARIES: Readonly<Record<keyof RecordActivities, string>> = {
  plan: 'decide what is to be written',
  dispatch: 'take up what is due',
  describeConnection: 'how often this connection is looked at',
  noteTrouble: 'note what is wrong with the connection',
  pairTrouble: 'whether the task waits or has failed',
  explainPair: 'why the task waits or has failed',
  showPairs: 'show what waits or has failed',
  retryPair: 'a person wants it tried again',
  discardPair: 'a person gives it up',
  planDeal: 'decide what the deal needs',
  explainDeal: 'why the deal waits or has failed',
  retryDeal: 'a person wants it tried again',
  beginFill: 'how far the first sync is',
  nextFill: 'the next tasks of the first sync',
  finishFill: 'the first sync is done',
  beginSync: 'note that a sync was asked for',
  lookAtSync: 'what is left of the sync',
  endSync: 'note how the sync ended',
  beginClean: 'what is to be taken back',
  finishClean: 'remove the connection',
  proposeSetup: 'work out what goes where',
  configureSetup: 'note what was chosen',
  confirmSetup: 'note that it was confirmed',
  lookAtSetup: 'how far the first sync is',
  lookForTrouble: 'look for trouble, and for its end',
}

export const OWN_SUMMARIES: Readonly<Record<keyof OwnActivities, string>> = {
  activate: 'match the tasks of both sides',
  pullThrough: 'have a connection look at everything',
  openSetup: 'try the keys, and find what is set up already',
  previewSetup: 'what the first sync would write',
  beginSetup: 'begin the first sync',
  sendMessages: 'send what is to be told',
  clearOld: 'clear rows that are too old',
  lookAtWebhooks: 'look at the webhooks of all connections',
}

export const PROVIDER_SUMMARIES: Readonly<Record<keyof ProviderActivities, string>> = {
  pull: 'ask what changed',
  read: 'look at tasks before they are written',
  people: 'ask about contacts',
  write: 'write tasks',
  pullDeals: 'ask about deals',
  tendHome: 'write a section or project',
  writeNotes: 'write notes',
  check: 'try the key',
  lookForLeftovers: 'look for what is to be taken back',
  cleanTasks: 'take back what was written into tasks',
  cleanHomes: 'take back empty sections and projects',
  cleanNotes: 'take back notes',
  survey: 'ask which projects, labels and fields there are',
  makeLabels: 'make labels',
}

export const CAUSES: Readonly<Record<QuotaPriority, string>> = {
  change: 'for a change',
  poll: 'for a poll',
  backfill: 'for a first sync',
}

/** Activities of which each carries its summary. `proxy`: all of them with this one. */
export function summarised<A extends object>(
  summaries: Readonly<Record<keyof A, string>>,
  proxy: (summary: string) => A,
): A {
  const names = Object.keys(summaries) as (keyof A)[]
  return Object.fromEntries(names.map((name) => [name, proxy(summaries[name])[name]])) as A
}
