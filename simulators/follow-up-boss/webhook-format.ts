import { createHmac } from 'node:crypto'

/**
 * `FUB-Signature`: lower-case hex of HMAC-SHA256 with the X-System-Key over the base64 text of the raw body
 * (reference §13.3).
 */
export function fubSignature(rawBody: Buffer, systemKey: string): string {
  return createHmac('sha256', systemKey).update(rawBody.toString('base64')).digest('hex')
}

/** One event as it is delivered. */
export interface FubEvent {
  eventId: string
  /** `2026-03-02T15:04:05+00:00` */
  eventCreated: string
  event: string
  resourceIds: number[]
  /** Of the real host, never the simulator's: receivers must not follow it. null for deletes. */
  uri: string | null
  data?: Record<string, unknown>
}

/** Where the records of an event can be read: deal stages have no path of their own. */
const PATHS: Readonly<Record<string, string>> = {
  pipeline: 'pipelines',
  pipelineStage: 'pipelines',
  stage: 'stages',
}

/** Builds an event; `kind` is the collection, `verb` e.g. `Updated`. */
export function fubEvent(
  eventId: string,
  epochMs: number,
  change: { kind: string; verb: string; ids: number[]; data?: Record<string, unknown> },
  linkDeleted = false,
): FubEvent {
  const { kind, verb, ids, data } = change
  const uri = `https://api.followupboss.com/v1/${PATHS[kind] ?? kind}?id=${ids.join(',')}`
  return {
    eventId,
    eventCreated: `${new Date(epochMs).toISOString().slice(0, 19)}+00:00`,
    event: `${kind}${verb}`,
    resourceIds: ids,
    uri: verb === 'Deleted' && !linkDeleted ? null : uri,
    ...(data === undefined ? {} : { data }),
  }
}

/** The body of a delivery. One description of the service shows ids as texts. */
export function eventText(event: FubEvent, idsAsText: boolean): string {
  return JSON.stringify(idsAsText ? { ...event, resourceIds: event.resourceIds.map(String) } : event)
}

/** As `GET /webhookEvents/{eventId}` repeats it: the id goes by another name (reference §13.1). */
export function storedEvent({ eventId, ...rest }: FubEvent): object {
  return { id: eventId, ...rest }
}

const threefold = (kind: string): string[] => [`${kind}Created`, `${kind}Updated`, `${kind}Deleted`]

/** Events a webhook can be made for (reference §13.2). Those of collections that are not simulated never fire. */
export const EVENT_NAMES: readonly string[] = [
  ...['tasks', 'deals', 'people', 'notes', 'pipeline', 'pipelineStage', 'peopleRelationship'].flatMap(
    threefold,
  ),
  ...['stage', 'appointments', 'calls', 'emails', 'textMessages', 'threadedReply'].flatMap(threefold),
  ...['customFields', 'dealCustomFields'].flatMap(threefold),
  ...['emEventsOpened', 'emEventsClicked', 'emEventsUnsubscribed', 'reactionCreated', 'reactionDeleted'],
  ...['eventsCreated', 'peopleStageUpdated', 'peopleTagsCreated'],
]
