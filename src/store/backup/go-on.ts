import type { Tx } from '../database.ts'
import { backToTheGate } from '../gate.ts'
import { matchAgain } from '../routes.ts'

/** So long ago that no service is believed to know a key of then. */
const LONG_AGO = '1 day'

/**
 * Makes a record of some time ago one to go on from. Since then its successor has worked:
 * - Tasks that came since are on both sides, and no pair knows them: routes match again before they make any, with what was
 *   about to be made.
 * - What had left, or was about to, may have been done, under a key that is written nowhere: it is looked for before it is sent.
 * - Of a task that repeats on one side alone, the other side may have another task by now. The one that repeats says which.
 * - Nobody works on what is leased.
 */
export async function goOnFromBackup(tx: Tx): Promise<void> {
  await tx`
    with dropped as (
      delete from op where subject = 'pair' and verb = 'create' and status = 'planned' and attempts = 0
      returning subject_id)
    update pair set wake_at = clock() where id in (select subject_id from dropped)`
  await tx`
    update op set status = 'sent', attempts = greatest(attempts, 1),
      sent_at = least(sent_at, planned_at, clock() - ${LONG_AGO}::interval),
      deadline_at = least(deadline_at, clock())
    where status in ('planned', 'sent', 'unknown')`
  await tx`update note set deadline_at = null where deadline_at is not null`
  await tx`update pair set dispatched_at = null where dispatched_at is not null`
  await tx`update deal_home set dispatched_at = null where dispatched_at is not null`
  await tx`update connection set renew_until = null where renew_until is not null`
  const routes = await tx<{ id: string }[]>`
    select id from route where removed_at is null and filled_at is not null order by id`
  for (const { id } of routes) {
    await forgetSeries(tx, id)
    await backToTheGate(tx, id)
    await matchAgain(tx, id)
  }
}

/** Its tasks find each other again by the marker. What a person decided of one, or notes tell of, stays. */
async function forgetSeries(tx: Tx, routeId: string): Promise<void> {
  await tx`
    delete from pair p
    where p.route_id = ${routeId} and p.memory = 'linked' and p.overrides = '[]' and p.decrees = '[]'
      and (
        select count(*) = 2 and count(nullif(t.seen -> 'task' -> 'recurrence', 'null')) = 1
        from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        where m.pair_id = p.id and m.role = 'current')
      and not exists (
        select from op o
        where o.subject = 'pair' and o.subject_id = p.id and o.status in ('planned', 'sent', 'unknown'))
      and not exists (select from conflict c where c.pair_id = p.id and c.decision is null)
      and not exists (select from note n where n.pair_id = p.id)
      and not exists (select from leftover l where l.pair_id = p.id)`
}
