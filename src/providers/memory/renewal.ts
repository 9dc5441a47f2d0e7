import type { Connection, Renewal } from '../contract.ts'
import { begin, type MemoryOptions, trouble } from './call.ts'

/** How long credentials of an in-memory service last, and for how long the same ones are renewed to the same. */
const LIFE_MS = 3_600_000
const REPEAT_MS = 60_000

/**
 * Credentials `key`, `renewWith` and `endsAt` (milliseconds since the epoch). Renewed once, `renewWith` is worth nothing but the same new ones
 * for a minute.
 */
export function renewalOf(options: MemoryOptions): Renewal {
  const { kind, service, now = Date.now } = options
  return {
    repeatMs: REPEAT_MS,
    belongs: ['renewWith', 'endsAt'],
    endsAt: ({ endsAt, renewWith }) =>
      endsAt === undefined || renewWith === undefined ? null : Number(endsAt),
    async renew(connection) {
      const { renewWith = '', key = '' } = connection.credentials
      const { lost } = await begin(options, 'renew', withoutEnd(connection))
      const before = service.renewed.get(renewWith)
      const repeated = before !== undefined && now() - before.at <= REPEAT_MS
      if (renewWith === '' || (before !== undefined && !repeated)) throw trouble(kind, 'auth')
      const fresh = before?.credentials ?? {
        key,
        renewWith: service.newId(),
        endsAt: String(now() + LIFE_MS),
      }
      if (before === undefined) service.renewed.set(renewWith, { credentials: fresh, at: now() })
      if (lost) throw trouble(kind, 'ambiguous-write')
      return fresh
    },
  }
}

/** Credentials that have ended may still be renewed. */
function withoutEnd(connection: Connection): Connection {
  const { endsAt: _ended, ...credentials } = connection.credentials
  return { ...connection, credentials }
}
