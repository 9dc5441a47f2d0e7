import type { SkipReason } from '../core/decision.ts'
import type { Db, Tx } from './database.ts'
import type { PairState } from './pairs.ts'

/**
 * A pair that cannot go on without a person, and of which no conflict asks. `candidateOf`: the open question, asked about
 * another pair, of which its task is a possible answer.
 */
export type WaitingPair = {
  readonly pairId: string
  readonly route: string
  readonly state: PairState
  readonly reason: SkipReason | null
  readonly lastError: string | null
  readonly candidateOf: string | null
}

/** Those that wait or have failed, oldest first. */
export async function waitingPairs(sql: Db | Tx): Promise<WaitingPair[]> {
  return sql<WaitingPair[]>`
    select p.id as "pairId", r.name as route, p.state, p.reason, p.last_error as "lastError",
      (select c.id from pair_member m
       join pair q on q.route_id = p.route_id
       join conflict c on c.pair_id = q.id and c.kind = 'ambiguous' and c.decision is null
         and c.base -> 'candidates' ? m.remote_id
       where m.pair_id = p.id and m.role = 'current' and p.reason = 'ambiguous' order by c.id limit 1) as "candidateOf"
    from pair p join route r on r.id = p.route_id
    where p.state <> 'ok' and r.removed_at is null
      and not exists (select from conflict c where c.pair_id = p.id and c.decision is null)
    order by p.id`
}

/** `asked`: a conflict of it waits for a person's answer. */
export type StandingPair = Pick<WaitingPair, 'state' | 'reason' | 'lastError'> & { readonly asked: boolean }

/** How one pair stands. */
export async function waitingPair(sql: Db | Tx, pairId: string): Promise<StandingPair | undefined> {
  const [row] = await sql<StandingPair[]>`
    select state, reason, last_error as "lastError",
      exists (select from conflict c where c.pair_id = pair.id and c.decision is null) as asked
    from pair where id = ${pairId}`
  return row
}

/** Which of these wait or have failed; none where more than `most` do in all. */
export async function standingStill(
  sql: Db | Tx,
  pairIds: readonly string[],
  most: number,
): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    select id from pair where id in ${sql([...pairIds])} and state <> 'ok'
      and (select count(*) from (select from pair where state <> 'ok' limit ${most + 1}) as stuck) <= ${most}
    order by id`
  return rows.map(({ id }) => id)
}
