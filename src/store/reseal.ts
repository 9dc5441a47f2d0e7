import type { SecretKey } from '../config/secret-keys.ts'
import { keysOf } from '../config/secret-keys.ts'
import type { Credentials } from '../providers/contract.ts'
import { configuredText } from './connections.ts'
import type { Db } from './database.ts'
import { markUnder, openWithAny, seal } from './seal.ts'

/** One connection's credentials, by which key they are sealed. */
export type SealedBy = {
  readonly connectionId: string
  readonly name: string
  readonly removed: boolean
  /** Which of the keys in force opens them, 0 for the newest; null when none does. */
  readonly nth: number | null
}

type Sealed = {
  readonly id: string
  readonly name: string
  readonly removed: boolean
  readonly credentials: string
  readonly configured: string | null
  /** The secret of deliveries before the one in the credentials; a lost one is no loss, its sender is long told the new one. */
  readonly former: string | null
}

/** The credentials of all connections, removed ones too, and which key opens each. */
export async function sealedBy(db: Db, keys: SecretKey): Promise<SealedBy[]> {
  return (await allSealed(db)).map(({ id, name, removed, credentials }) => ({
    connectionId: id,
    name,
    removed,
    nth: opened(credentials, keysOf(keys))?.nth ?? null,
  }))
}

/**
 * `done`: sealed by the newest key, or so before. `busy`: they are being renewed just now; whoever renews them goes by their
 * text, and would lose what it brings. `closed`: none of the keys opens them. `gone`: there is no such connection.
 */
export type Resealing = 'done' | 'busy' | 'closed' | 'gone'

/**
 * Seals the credentials of a connection by the newest key, in one statement that notices when others were stored
 * meanwhile. So that a configuration which has not changed is known again, its mark is made anew too, where its credentials are
 * those that are stored or among the `given`; `unknown` says that they are neither.
 */
export async function reseal(
  db: Db,
  connectionId: string,
  { keys, given }: { readonly keys: SecretKey; readonly given: readonly Credentials[] },
): Promise<{ readonly state: Resealing; readonly unknown: boolean }> {
  const [row] = (await allSealed(db)).filter(({ id }) => id === connectionId)
  if (row === undefined) return { state: 'gone', unknown: false }
  const inForce = keysOf(keys)
  const found = opened(row.credentials, inForce)
  if (found === null) return { state: 'closed', unknown: false }
  const marked = newMark(row, [JSON.parse(found.plain) as Credentials, ...given], inForce)
  const unknown = marked === null && row.configured !== null
  const configured = marked ?? row.configured
  const former = resealed(row.former, keys)
  if (found.nth === 0 && configured === row.configured && former === row.former)
    return { state: 'done', unknown }
  const rows = await db`
    update connection set credentials = ${found.nth === 0 ? row.credentials : seal(found.plain, keys)}, configured = ${configured},
      former_secret = ${former}, former_secret_until = case when ${former !== null} then former_secret_until end
    where id = ${row.id} and credentials = ${row.credentials} and configured is not distinct from ${row.configured}
      and former_secret is not distinct from ${row.former}
      and coalesce(renew_until, '-infinity') <= clock()
    returning id`
  return { state: rows.length > 0 ? 'done' : 'busy', unknown }
}

async function allSealed(db: Db): Promise<Sealed[]> {
  return db<Sealed[]>`
    select id, name, removed_at is not null as removed, credentials, configured, former_secret as former
    from connection order by id`
}

function opened(sealed: string, keys: readonly string[]): ReturnType<typeof openWithAny> | null {
  try {
    return openWithAny(sealed, keys)
  } catch {
    return null
  }
}

/** Sealed by the newest key; null where none of the keys opens it. */
function resealed(sealed: string | null, keys: SecretKey): string | null {
  const found = sealed === null ? null : opened(sealed, keysOf(keys))
  if (found === null || found.nth === 0) return found === null ? null : sealed
  return seal(found.plain, keys)
}

/** The mark of the same credentials under the newest key; null when none of them has the mark that is stored. */
function newMark(
  { configured }: Pick<Sealed, 'configured'>,
  candidates: readonly Credentials[],
  keys: readonly string[],
): string | null {
  const [newest] = keys
  if (configured === null || newest === undefined) return null
  for (const text of candidates.map(configuredText))
    if (keys.some((key) => markUnder(text, key) === configured)) return markUnder(text, newest)
  return null
}
