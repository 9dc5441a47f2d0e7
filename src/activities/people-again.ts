import { sameValue } from '../core/equal.ts'
import type { RemotePerson } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { inTransaction } from '../store/database.ts'
import { factsOf, forgetLooks, savePeople } from '../store/people.ts'
import { tellTasksOfPeople } from '../store/telling.ts'
import type { Deps } from './deps.ts'
import type { OpenConnection } from './open-connection.ts'
import { asFacts } from './person-facts.ts'

/** So many at a time, so that what a short budget allows is kept. */
const AT_ONCE = 100

/**
 * Asks again what tasks tell of these people, and wakes the tasks of those of whom it is something else now. What the service
 * does not tell is asked for with the next write of a task. Only a used-up budget is waited for, and a refused key told.
 */
export async function askAgain(deps: Deps, open: OpenConnection, people: readonly string[]): Promise<void> {
  for (let at = 0; at < people.length; at += AT_ONCE) {
    const asked = people.slice(at, at + AT_ONCE)
    await takeIn(deps, open.row.id, asked, await lookUp(deps, open, asked))
  }
}

async function lookUp(
  deps: Deps,
  { provider, direct, row }: OpenConnection,
  ids: readonly string[],
): Promise<readonly RemotePerson[]> {
  try {
    return (await provider.people?.(direct, { ids })) ?? []
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind === 'rate-limited' || error.kind === 'auth')
      throw error
    deps.log.warn({ connectionId: row.id, error }, 'people could not be looked up; tasks tell what was known')
    return []
  }
}

async function takeIn(
  deps: Deps,
  connectionId: string,
  asked: readonly string[],
  found: readonly RemotePerson[],
): Promise<void> {
  const told = found.map(asFacts)
  const silent = asked.filter((id) => !told.some(({ person }) => person === id))
  await inTransaction(deps.db, async (tx) => {
    const known = await factsOf(tx, connectionId, asked)
    const changed = told.filter(({ person, facts }) => {
      const before = known.get(person)
      return before !== undefined && !sameValue(before, facts)
    })
    await savePeople(tx, connectionId, told)
    await forgetLooks(tx, connectionId, silent)
    await tellTasksOfPeople(
      tx,
      connectionId,
      changed.map(({ person }) => person),
    )
  })
}
