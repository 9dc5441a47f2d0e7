import { sameValue } from '../core/equal.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { inTransaction } from '../store/database.ts'
import { factsOf, forgetLooks, savePeople } from '../store/people.ts'
import { tellTasksOfPeople } from '../store/telling.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'

/**
 * Asks again what tasks tell of these people, and wakes the tasks of those of whom it is something else now. What the service
 * does not tell is asked for with the next write of a task. Only a used-up budget is waited for, and a refused key told.
 */
export async function askAgain(deps: Deps, open: OpenConnection, people: readonly string[]): Promise<void> {
  const { provider, direct, row } = open
  if (people.length === 0 || provider.people === undefined) return
  const found = await provider.people(direct, { ids: people }).catch((error: unknown) => {
    if (!(error instanceof ProviderError) || error.kind === 'rate-limited' || error.kind === 'auth')
      throw error
    deps.log.warn({ connectionId: row.id, error }, 'people could not be looked up; tasks tell what was known')
    return []
  })
  await inTransaction(deps.db, async (tx) => {
    const known = await factsOf(tx, row.id, people)
    const told = found.map(({ remoteId, name, phone, email, url }) => ({
      person: remoteId,
      facts: { name, phone, email, url },
    }))
    const changed = told.filter(({ person, facts }) => {
      const before = known.get(person)
      return before !== undefined && !sameValue(before, facts)
    })
    await savePeople(tx, row.id, told)
    await forgetLooks(
      tx,
      row.id,
      people.filter((id) => !told.some(({ person }) => person === id)),
    )
    await tellTasksOfPeople(
      tx,
      row.id,
      changed.map(({ person }) => person),
    )
  })
}
