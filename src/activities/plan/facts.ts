import { type DbTime, plusMs } from '../../core/db-time.ts'
import type { Tx } from '../../store/database.ts'
import { type PersonRow, peopleOfPairs, type TaskPerson } from '../../store/people.ts'

/** How long facts of a person serve, and after which time they are asked for again where nothing came. Milliseconds. */
const FACTS_LAST_MS = 24 * 60 * 60_000
const ASK_AGAIN_MS = 10 * 60_000

/** True when a person's facts are missing or old, and nobody has asked for them a moment ago. */
export function factsAreDue(known: PersonRow | null, now: DbTime): boolean {
  if (known === null) return true
  const old = known.facts === null || known.seenAt <= plusMs(now, -FACTS_LAST_MS)
  return old && known.triedAt <= plusMs(now, -ASK_AGAIN_MS)
}

/** What the record knows of the people of these pairs, read once, when it is first needed. */
export class KnownPeople {
  readonly #pairIds: readonly string[]
  #rows: readonly TaskPerson[] | null = null

  constructor(pairIds: readonly string[]) {
    this.#pairIds = pairIds
  }

  /** The person of a pair's task at this connection; undefined when it belongs to nobody. */
  async of(tx: Tx, pairId: string, connectionId: string): Promise<TaskPerson | undefined> {
    this.#rows ??= await peopleOfPairs(tx, this.#pairIds)
    return this.#rows.find((row) => row.pairId === pairId && row.connectionId === connectionId)
  }
}
