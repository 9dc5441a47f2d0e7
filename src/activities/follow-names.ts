import { ProviderError, type ProviderErrorKind } from '../providers/provider-error.ts'
import { inTransaction } from '../store/database.ts'
import { type NameToFollow, nameFollowed, namesToFollow } from '../store/list-followers.ts'
import { noteListNames } from '../store/list-names.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'

/** After these the same name is tried again with the next pull. */
const PASSING: ReadonlySet<ProviderErrorKind> = new Set([
  'rate-limited',
  'auth',
  'transient',
  'ambiguous-write',
  'conflict',
])

/**
 * Gives lists of a connection the name of the list that they are mapped to, where their mapping says so. What is to be done is
 * worked out from the record, and noted once it is done: after a lost answer or a dead worker the same name is set again, or is
 * seen to be there. What a list cannot be called is told of its mapping, and never fails the pull around it.
 */
export async function followNames(deps: Deps, open: OpenConnection): Promise<void> {
  for (const one of await namesToFollow(deps.db, open.row.id)) {
    try {
      if (one.known !== one.wanted) await rename(deps, open, one)
      await inTransaction(deps.db, (tx) => nameFollowed(tx, one, null))
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error
      if (PASSING.has(error.kind)) return
      const why = `The list on the ${one.side} cannot be renamed: ${[error.message, error.hint].filter(Boolean).join('. ')}`
      await inTransaction(deps.db, (tx) => nameFollowed(tx, one, why))
    }
  }
}

async function rename(
  deps: Deps,
  { row, provider, direct }: OpenConnection,
  one: NameToFollow,
): Promise<void> {
  const { containers } = provider
  if (containers === null) throw new Error(`${provider.kind} has no lists to be mapped`)
  const [kind = 'list'] = containers.kinds
  const seen = await containers.update(direct, { kind, remoteId: one.list }, { name: one.wanted })
  await noteListNames(deps.db, row.id, [seen])
}
