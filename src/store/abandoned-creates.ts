import type { Tx } from './database.ts'

/**
 * Creates whose answer was still to come when their route was removed: they may have been done, and nobody has looked since.
 * `o` is the op, `p` its pair, which is still without the task.
 */
const ABANDONED = `o.subject = 'pair' and o.subject_id = p.id and o.verb = 'create' and o.plan_id = p.plan_id
  and o.status = 'refused' and o.error ->> 'kind' = 'disconnected' and o.attempts > 0
  and not exists (
    select from pair_member m where m.pair_id = p.id and m.side = o.side and m.role = 'current')`

/** The route is taken up again: before anything more is made, these are looked for as lost creates are. */
export async function reopenCreates(tx: Tx, routeId: string): Promise<void> {
  await tx`
    update op o set status = 'unknown', error = null, closed_at = null
    from pair p where p.route_id = ${routeId} and o.forgotten_at is null and ${tx.unsafe(ABANDONED)}`
}

/**
 * Everything of ours is taken out of an account: what carries the marker of such a create is what it has made. It is the missing
 * half of its pair from here on, for later nothing tells.
 */
export async function claimMade(tx: Tx, leavingId: string): Promise<void> {
  const rows = await tx<{ pairId: string }[]>`
    insert into pair_member (route_id, connection_id, remote_id, pair_id, side)
    select distinct on (p.id) p.route_id, l.connection_id, l.remote_id, p.id, l.side
    from leftover l join pair p on p.id = l.pair_id
    join op o on o.side = l.side and o.connection_id = l.connection_id and ${tx.unsafe(ABANDONED)}
    where l.leaving_id = ${leavingId}
    order by p.id, l.remote_id
    on conflict do nothing
    returning pair_id as "pairId"`
  if (rows.length === 0) return
  await tx`
    update pair set memory = 'unlinked', state = 'ok', reason = 'disconnected', wake_at = null
    where id in ${tx(rows.map(({ pairId }) => pairId))}`
}

/**
 * The words by which they are looked for go for good. Their tasks are in no pair from here on: should the
 * route be taken up again, they are matched by their words, as everything is that nobody knows.
 */
export async function releaseCreates(tx: Tx, routeId: string): Promise<void> {
  const rows = await tx<{ id: string }[]>`
    select p.id from pair p where p.route_id = ${routeId} and p.memory = 'new' and exists (
      select from op o where ${tx.unsafe(ABANDONED)})
    order by p.id for no key update of p`
  const ids = rows.map(({ id }) => id)
  if (ids.length === 0) return
  await tx`delete from pair_member where pair_id in ${tx(ids)}`
  await tx`delete from conflict where pair_id in ${tx(ids)} and decision is null`
  await tx`
    update pair set memory = 'closed', state = 'ok', reason = null, wake_at = null where id in ${tx(ids)}`
}
