import type { AlertMessage } from '../core/alerts/message.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

export type Way = 'email' | 'webhook'

/** Writes down what is to be sent, once for each way. */
export async function addMessage(tx: Tx, ways: readonly Way[], message: AlertMessage): Promise<void> {
  for (const way of ways)
    await tx`insert into alert_message (way, content) values (${way}, ${json(tx, message)})`
}

/** A message that its claimer may send until `claimedUntil`. `doubts`: earlier attempts that may have arrived. */
export type ClaimedMessage = {
  readonly id: string
  readonly way: Way
  readonly content: AlertMessage
  readonly madeAt: DbTime
  readonly attempts: number
  readonly doubts: number
  readonly claim: string
}

/**
 * The message that waits longest on one of these ways, for whoever asks alone. From now on it counts as one that may have
 * arrived: should its claimer die, nobody knows.
 */
export async function claimMessage(
  db: Db,
  ways: readonly Way[],
  leaseMs: number,
): Promise<ClaimedMessage | undefined> {
  const [row] = await db<ClaimedMessage[]>`
    update alert_message m set claim = gen_random_uuid(), attempts = attempts + 1, doubts = doubts + 1,
      claimed_until = clock() + ${leaseMs}::float8 * interval '1 ms'
    where m.id = (
      select id from alert_message
      where closed_at is null and due_at <= clock() and coalesce(claimed_until, '-infinity') <= clock()
        and way = any(${[...ways]})
      order by due_at, made_at, id limit 1 for no key update skip locked)
    returning m.id, m.way, m.content, m.made_at as "madeAt", m.attempts, m.doubts - 1 as doubts, m.claim`
  return row
}

/** True when one of these waits to be sent now. */
export async function messagesDue(sql: Db | Tx, ways: readonly Way[]): Promise<boolean> {
  const rows = await sql`
    select from alert_message
    where closed_at is null and due_at <= clock() and coalesce(claimed_until, '-infinity') <= clock()
      and way = any(${[...ways]}) limit 1`
  return rows.length > 0
}

/** Ends a claim: nothing more is tried. Titles of tasks are not kept longer than they are needed. */
export async function closeMessage(
  db: Db,
  { id, claim }: Pick<ClaimedMessage, 'id' | 'claim'>,
  end: { readonly outcome: 'sent' | 'unsure' | 'given-up'; readonly error: string | null },
): Promise<void> {
  await db`
    update alert_message set closed_at = clock(), outcome = ${end.outcome}, error = ${end.error},
      content = content - 'titles', claim = null, claimed_until = null
    where id = ${id} and claim = ${claim}`
}

/** Ends a claim until it is tried again. `arrived`: it may have. */
export async function putOff(
  db: Db,
  { id, claim }: Pick<ClaimedMessage, 'id' | 'claim'>,
  later: { readonly ms: number; readonly arrived: boolean; readonly error: string },
): Promise<void> {
  await db`
    update alert_message set due_at = clock() + ${later.ms}::float8 * interval '1 ms', error = ${later.error},
      doubts = doubts - ${later.arrived ? 0 : 1}::int, claim = null, claimed_until = null
    where id = ${id} and claim = ${claim}`
}
