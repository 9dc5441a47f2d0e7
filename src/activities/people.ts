import type { PersonHint, RemotePerson } from '../providers/contract.ts'
import { inTransaction } from '../store/database.ts'
import { lockPairs, membersOf, savePairs } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { type OpenConnection, openConnection } from './open-connection.ts'

export type PeopleInput = { readonly connectionId: string; readonly pairIds: readonly string[] }

/**
 * Looks for the people whom tasks name in their words. Exactly one visible person is taken; none or several leave the
 * pair waiting for a person to say, never a guess (I15).
 */
export async function people(deps: Deps, input: PeopleInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, 'change', signal)
  const members = await membersOf(deps.db, input.pairIds)
  const found = new Map<string, { person: string | null; by: PersonHint['by'] | null; seq: string }>()
  for (const { pairId, row, connectionId } of members) {
    if (connectionId === input.connectionId) continue
    const hint = open.provider.personHint?.(row.seen.task) ?? null
    const person = hint === null ? null : await lookUp(open, hint)
    found.set(pairId, {
      person,
      by: person === null ? null : (hint?.by ?? null),
      seq: String(row.changedSeq),
    })
  }
  await inTransaction(deps.db, async (tx) => {
    const pairs = await lockPairs(tx, [...found.keys()])
    await savePairs(
      tx,
      pairs.flatMap((pair) => {
        const answer = found.get(pair.id)
        if (answer === undefined) return []
        if (pair.person !== null) return [{ ...pair, personSeq: answer.seq }]
        return [{ ...pair, person: answer.person, personBy: answer.by, personSeq: answer.seq }]
      }),
    )
  })
}

async function lookUp(open: OpenConnection, hint: PersonHint): Promise<string | null> {
  if (open.provider.people === undefined) return null
  const query = 'id' in hint.by ? { ids: [hint.by.id] } : { name: hint.by.name }
  const found: readonly RemotePerson[] = await open.provider.people(open.connection, query)
  return found.length === 1 ? (found[0]?.remoteId ?? null) : null
}
