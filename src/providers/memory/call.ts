import type { Connection, DbTime } from '../contract.ts'
import { ProviderError, type ProviderErrorKind } from '../provider-error.ts'
import type { Flavour } from './capabilities.ts'
import type { MemoryService } from './service.ts'

export type MemoryOptions = {
  readonly kind: string
  /** What people call it; its kind by default. */
  readonly name?: string
  readonly flavour: Flavour
  readonly service: MemoryService
  /** False: it has lists, which lie in nothing, and no projects with sections in them. */
  readonly sections?: boolean
  /** Tasks of one page of a pull; everything in one page by default. */
  readonly pageSize?: number
  /** Milliseconds since the epoch, to tell whether credentials have ended. */
  readonly now?: () => number
}

export const CONTEXT = 'calls'
export const QUOTA_LIMIT = 1_000_000
/** What to wait after a refusal that does not say. */
const RETRY_MS = 1_000

/** One request: takes its slot, suffers its faults, and answers as of now. */
export async function call<T extends object>(
  options: MemoryOptions,
  name: string,
  connection: Connection,
  work: () => T,
): Promise<T & { askedAt: DbTime }> {
  const { askedAt, lost } = await begin(options, name, connection)
  const answer = work()
  if (lost) throw trouble(options.kind, 'transient')
  return { ...answer, askedAt }
}

/** The part of a request before its effect. `lost`: its reply will not arrive; `refuses`: it makes no sense. Throws when nothing will be done. */
export async function begin(
  { kind, service, now = Date.now }: MemoryOptions,
  name: string,
  connection: Connection,
): Promise<{ readonly askedAt: DbTime; readonly lost: boolean; readonly refuses: boolean }> {
  if (connection.signal.aborted) throw trouble(kind, 'transient')
  const { askedAt } = await connection.gate.take(CONTEXT)
  const fault = service.fault(name)
  if (fault === 'rate-limited') {
    connection.gate.learn({ context: CONTEXT, remaining: 0, retryAfterMs: RETRY_MS })
    throw new ProviderError({
      kind: 'rate-limited',
      provider: kind,
      message: 'Too many calls',
      retryAfterMs: RETRY_MS,
    })
  }
  const { key = '', endsAt } = connection.credentials
  const ended = endsAt !== undefined && Number(endsAt) <= now()
  if (fault === 'auth' || ended || service.keys?.has(key) === false) throw trouble(kind, 'auth')
  if (fault === 'refused') throw trouble(kind, 'transient')
  return { askedAt, lost: fault === 'reply-lost', refuses: fault === 'refused-for-good' }
}

const MESSAGES: Partial<Record<ProviderErrorKind, string>> = {
  auth: 'The key is refused',
  gone: 'There is no such thing',
  invalid: 'The call makes no sense',
}

export function trouble(provider: string, kind: ProviderErrorKind): ProviderError {
  return new ProviderError({ kind, provider, message: MESSAGES[kind] ?? 'The service did not answer' })
}
