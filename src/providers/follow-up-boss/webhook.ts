import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Nudge, NudgeTopic, WebhookHeaders, Webhooks } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { PROVIDER } from './errors.ts'
import { deliverySchema } from './wire.ts'

const SIGNATURE = 'fub-signature'

/** Events that are told of, by what their names begin with (reference §13.2). `stage…` is about stages of people. */
const EVENT = /^(tasks|people|deals|pipelineStage|pipeline)([A-Z]\w*)$/
const TOPICS = new Map<string, NudgeTopic>([
  ['tasks', 'tasks'],
  ['people', 'people'],
  ['deals', 'deals'],
  ['pipelineStage', 'stages'],
  ['pipeline', 'stages'],
])

/**
 * What deliveries are wanted of: all that becomes a nudge. The finer events of people (tags, stage, relationships) are
 * left out, because `peopleUpdated` comes with each of them (reference §13.2).
 */
const EVENTS: readonly string[] = ['tasks', 'people', 'deals', 'pipeline', 'pipelineStage'].flatMap((name) =>
  ['Created', 'Updated', 'Deleted'].map((what) => name + what),
)

/**
 * Deliveries of Follow Up Boss. `secret` is the key of the registered system. There is no time in the signature:
 * who takes deliveries in drops those whose `deliveryId` is known.
 */
export const WEBHOOKS: Omit<Webhooks, 'management'> = {
  secretName: 'systemKey',
  events: EVENTS,
  verify,
  toNudge,
}

/** The signature is over the base64 text of the body, not over the body; one sender puts `sha256=` before it. */
function verify(rawBody: Uint8Array, headers: WebhookHeaders, secret: string): boolean {
  const given = header(headers, SIGNATURE)?.replace(/^sha256=/, '')
  if (secret === '' || given === undefined) return false
  const text = Buffer.from(rawBody).toString('base64')
  const right = Buffer.from(createHmac('sha256', secret).update(text).digest('hex'))
  const bytes = Buffer.from(given)
  return bytes.length === right.length && timingSafeEqual(bytes, right)
}

function toNudge(body: unknown): Nudge | null {
  const parsed = deliverySchema.safeParse(body)
  if (!parsed.success)
    throw new ProviderError({
      kind: 'invalid',
      provider: PROVIDER,
      message: 'The body is no event of Follow Up Boss',
      hint: 'Only Follow Up Boss should know the address of this webhook',
    })
  const { eventId, event, resourceIds } = parsed.data
  const [, kind = '', what = ''] = EVENT.exec(event) ?? []
  const about = TOPICS.get(kind)
  if (about === undefined) return null
  return {
    deliveryId: eventId,
    account: null,
    about,
    // A relationship of two people has an id of its own, which is neither's.
    ids: what.startsWith('Relationship') ? [] : resourceIds,
    made: what === 'Created',
    deleted: what === 'Deleted',
  }
}

function header(headers: WebhookHeaders, name: string): string | undefined {
  const key = Object.keys(headers).find((one) => one.toLowerCase() === name)
  return key === undefined ? undefined : headers[key]
}
