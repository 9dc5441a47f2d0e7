import type { Ending, RetryAfter } from './fault-words.ts'
import type { RequestFaults } from './faults.ts'
import type { SimReply } from './http-types.ts'

/** An answer as JSON, what it holds being unknown to the kit. */
type Rewrite = (value: Record<string, unknown>) => Record<string, unknown>

/** The answer of a `status` or `status-after` fault: `reply` is the service's own, with the wait that the fault says. */
export function statusReply(
  { code, retryAfter }: Extract<Ending, { code: number }>,
  reply: SimReply,
): SimReply {
  // With these HTTP allows no body.
  const own = code === 204 || code === 304 ? { ...reply, body: undefined } : reply
  return retryAfter === 'own' ? own : withRetryAfter(own, retryAfter)
}

/** What `unknown-fields` and `reordered` make of an answer. Only JSON is touched. */
export function surprised(
  reply: SimReply,
  { unknownFields, reordered }: Pick<RequestFaults, 'unknownFields' | 'reordered'>,
): SimReply {
  if (!unknownFields && !reordered) return reply
  let { body } = reply
  if (typeof body === 'string' || Buffer.isBuffer(body)) return reply
  if (unknownFields)
    body = inObjects(body, (object) => (isMap(object) ? object : { ...object, ...NEW_FIELD }))
  if (reordered) body = inObjects(body, (object) => mapValues(object, backwards))
  return { ...reply, body }
}

/** The first half of a body, at whatever byte that ends. */
export function halfOf(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.length >> 1)
}

const NEW_FIELD = { x_new_field: { a: [1] } }
/** Keys that a programmer gave. Uuids and numbers are none: an object with such keys is a map, and may be empty. */
const NAME = /^[A-Za-z_]\w*$/

function isMap(object: Record<string, unknown>): boolean {
  const keys = Object.keys(object)
  return keys.length === 0 || keys.some((key) => !NAME.test(key))
}

function backwards(value: unknown): unknown {
  const isListOfObjects = Array.isArray(value) && value.every((each) => typeof each === 'object')
  return isListOfObjects ? value.toReversed() : value
}

function withRetryAfter(reply: SimReply, wait: Exclude<RetryAfter, 'own'>): SimReply {
  const { 'retry-after': _said, ...headers } = reply.headers ?? {}
  if (wait === 'none') {
    const body = inObjects(reply.body, ({ retry_after: _waits, ...object }) => object)
    return { ...reply, headers, body }
  }
  const body = inObjects(reply.body, (object) =>
    'retry_after' in object ? { ...object, retry_after: wait } : object,
  )
  return { ...reply, headers: { ...headers, 'retry-after': String(wait) }, body }
}

/** A copy with each object, at any depth, rewritten; those inside first. */
function inObjects(value: unknown, rewrite: Rewrite): unknown {
  if (Array.isArray(value)) return value.map((each) => inObjects(each, rewrite))
  if (value === null || typeof value !== 'object' || Buffer.isBuffer(value)) return value
  return rewrite(mapValues({ ...value }, (each) => inObjects(each, rewrite)))
}

function mapValues(
  object: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]))
}
