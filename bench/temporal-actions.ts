/** What an event of a history counts as, by its type; any other one is no action. */
const ACTIONS: readonly (readonly [event: string, action: string])[] = [
  ['WORKFLOW_EXECUTION_STARTED', 'starts'],
  ['ACTIVITY_TASK_SCHEDULED', 'activities'],
  ['TIMER_STARTED', 'timers'],
  ['WORKFLOW_EXECUTION_SIGNALED', 'signals'],
  ['WORKFLOW_EXECUTION_UPDATE_ACCEPTED', 'updates'],
  ['UPSERT_WORKFLOW_SEARCH_ATTRIBUTES', 'searchAttributes'],
  ['MARKER_RECORDED', 'markers'],
]

/** Temporal actions by the type of their workflow, and what they were; `total` of all. */
export interface TemporalActions {
  total: number
  byWorkflow: Record<string, Record<string, number>>
}

export type TimedEvent = { readonly workflow: string; readonly type: string; readonly at: number }

/**
 * Actions as Temporal Cloud bills them, counted from the events of histories: starts (continuing as new is one), activities,
 * timers, signals, updates, search attributes, and markers of local activities (each, though those of one workflow task are billed as
 * one). Not in histories, and so not counted: queries and heartbeats. `from`, `to`: milliseconds since 1970.
 */
export function countActions(events: readonly TimedEvent[], from: number, to: number): TemporalActions {
  const byWorkflow: TemporalActions['byWorkflow'] = {}
  let total = 0
  for (const { workflow, type, at } of events) {
    const action = ACTIONS.find(([event]) => type === event)?.[1]
    if (action === undefined || at < from || at >= to) continue
    byWorkflow[workflow] ??= {}
    byWorkflow[workflow][action] = (byWorkflow[workflow][action] ?? 0) + 1
    total += 1
  }
  return { total, byWorkflow }
}
