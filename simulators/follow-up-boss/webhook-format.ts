import { createHmac } from 'node:crypto'

/**
 * `FUB-Signature`: lower-case hex of HMAC-SHA256 with the X-System-Key over the base64 text of the raw body
 * (reference §13.3).
 */
export function fubSignature(rawBody: Buffer, systemKey: string): string {
  return createHmac('sha256', systemKey).update(rawBody.toString('base64')).digest('hex')
}

/** One event as it is delivered and as `GET /webhookEvents/{eventId}` repeats it. */
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

/** Builds an event; `kind` is the collection, `verb` e.g. `Updated`. */
export function fubEvent(
  eventId: string,
  epochMs: number,
  change: { kind: string; verb: string; ids: number[]; data?: Record<string, unknown> },
): FubEvent {
  const { kind, verb, ids, data } = change
  return {
    eventId,
    eventCreated: `${new Date(epochMs).toISOString().slice(0, 19)}+00:00`,
    event: `${kind}${verb}`,
    resourceIds: ids,
    uri: verb === 'Deleted' ? null : `https://api.followupboss.com/v1/${kind}?id=${ids.join(',')}`,
    ...(data === undefined ? {} : { data }),
  }
}

/** Events a webhook can be made for (reference §13.2), for the collections that are simulated. */
export const EVENT_NAMES: readonly string[] = [
  ...['tasks', 'deals', 'people', 'notes'].flatMap((kind) => [
    `${kind}Created`,
    `${kind}Updated`,
    `${kind}Deleted`,
  ]),
  ...['pipeline', 'pipelineStage', 'peopleRelationship', 'stage'].flatMap((kind) => [
    `${kind}Created`,
    `${kind}Updated`,
    `${kind}Deleted`,
  ]),
  'peopleStageUpdated',
  'peopleTagsCreated',
]
