import type { PersonFacts } from '../core/block-lines.ts'
import { type DbTime, LONG_AGO } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/** What is known of a person: `facts` null where nothing was told yet. `seenAt`: when the service last told them. */
export type PersonRow = {
  readonly facts: PersonFacts | null
  readonly seenAt: DbTime
  readonly triedAt: DbTime
}

/** A task's person: a remote id at the connection where tasks belong to people; `known` null where nobody has asked. */
export type TaskPerson = {
  readonly pairId: string
  readonly connectionId: string
  readonly person: string
  readonly known: PersonRow | null
}

/** The people to whom the tasks of these pairs belong, where a task itself says so, else by the pair. */
export async function peopleOfPairs(sql: Db | Tx, pairIds: readonly string[]): Promise<TaskPerson[]> {
  if (pairIds.length === 0) return []
  type Row = Omit<TaskPerson, 'known'> & Omit<PersonRow, 'triedAt'> & { triedAt: DbTime | null }
  const rows = await sql<Row[]>`
    select m.pair_id as "pairId", m.connection_id as "connectionId", coalesce(t.seen ->> 'person', p.person) as person,
      f.facts, f.seen_at as "seenAt", f.tried_at as "triedAt"
    from pair p join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    left join person f on f.connection_id = m.connection_id and f.person = coalesce(t.seen ->> 'person', p.person)
    where p.id in ${sql([...pairIds])} and coalesce(t.seen ->> 'person', p.person) is not null`
  return rows.map(({ facts, seenAt, triedAt, ...row }) => ({
    ...row,
    known: triedAt === null ? null : { facts, seenAt, triedAt },
  }))
}

/** Notes what a service told of people. `facts` null: it told nothing, and what was known before stays. */
export async function savePeople(
  tx: Tx,
  connectionId: string,
  people: readonly { readonly person: string; readonly facts: PersonFacts | null }[],
): Promise<void> {
  if (people.length === 0) return
  await tx`
    insert into person (connection_id, person, facts)
    select ${connectionId}, r.person, nullif(r.facts, 'null')
    from jsonb_to_recordset(${json(tx, people)}) as r(person text, facts jsonb)
    order by r.person
    on conflict (connection_id, person) do update set facts = coalesce(excluded.facts, person.facts),
      seen_at = case when excluded.facts is null then person.seen_at else clock() end, tried_at = clock()`
}

/** What is known of these people. */
export async function factsOf(
  sql: Db | Tx,
  connectionId: string,
  people: readonly string[],
): Promise<ReadonlyMap<string, PersonFacts>> {
  if (people.length === 0) return new Map()
  const rows = await sql<{ person: string; facts: PersonFacts }[]>`
    select person, facts from person
    where connection_id = ${connectionId} and person in ${sql([...people])} and facts is not null`
  return new Map(rows.map(({ person, facts }) => [person, facts]))
}

/** Asked for in vain: what is known of them serves, and is asked for again soon. */
export async function forgetLooks(tx: Tx, connectionId: string, people: readonly string[]): Promise<void> {
  if (people.length === 0) return
  await tx`
    update person set seen_at = ${LONG_AGO}, tried_at = clock()
    where connection_id = ${connectionId} and person in ${tx([...people])}`
}
