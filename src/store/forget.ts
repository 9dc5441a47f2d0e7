import { releaseCreates } from './abandoned-creates.ts'
import type { Tx } from './database.ts'
import { FORGET_WORDS } from './op-words.ts'

/** One forgets at a time; whoever comes meanwhile leaves it to the other. */
async function lockForgetting(tx: Tx): Promise<boolean> {
  const [row] = await tx<{ locked: boolean }[]>`
    select pg_try_advisory_xact_lock(hashtext('dealbridge forget')) as locked`
  return row?.locked === true
}

/** The words of a removed route's tasks are to be forgotten as soon as possible. */
export async function forgetSoon(tx: Tx, routeId: string): Promise<void> {
  await tx`update route set forget_at = clock() where id = ${routeId} and removed_at is not null`
}

/**
 * Forgets the words of the tasks of routes that were removed so long ago (null: of those alone that are to be forgotten at once); the names of these routes. Routes of a connection
 * that is about to be removed wait for it.
 */
export async function forgetRemoved(tx: Tx, afterMs: number | null): Promise<string[]> {
  if (!(await lockForgetting(tx))) return []
  const due = await tx<{ id: string; name: string }[]>`
    select r.id, r.name from route r
    where r.removed_at is not null and r.forgotten_at is null
      and coalesce(r.forget_at, r.removed_at + ${afterMs}::float8 * interval '1 ms') <= clock()
      and not exists (
        select from connection c where c.id in (r.left_id, r.right_id) and c.leaving_at is not null and c.removed_at is null)
    order by r.id for no key update of r`
  for (const { id } of due) await forgetRoute(tx, id)
  return due.map(({ name }) => name)
}

/**
 * What a removed route's pairs, ops and conflicts say in words, and the pictures of its tasks that no other route needs. Left are ids,
 * kinds and times: so the same accounts, connected again, still know which two tasks are one.
 */
async function forgetRoute(tx: Tx, id: string): Promise<void> {
  await tx`select from pair where route_id = ${id} order by id for no key update`
  await tx`delete from conflict where pair_id in (select id from pair where route_id = ${id})`
  await tx`update op set ${tx.unsafe(FORGET_WORDS)} where route_id = ${id}`
  // Lines of ours are known by their form from now on.
  await tx`
    update pair set base = '{"left":{},"right":{}}', base_trail = '[]', standing = '[]', decrees = '[]', former = null,
      known = null, block = '[]', told = default, carried = default, marked = false, person_by = null, last_error = null,
      comment = case when comment is not null then comment || '{"text": ""}' end
    where route_id = ${id}`
  // Sections are called as people are; they are known again by their ids and markers.
  await tx`update container set name = '', shown_name = null where route_id = ${id}`
  await tx`delete from deal_home where route_id = ${id}`
  await tx`delete from adoption where route_id = ${id}`
  await tx`
    delete from remote_task t using route r
    where r.id = ${id} and t.connection_id in (r.left_id, r.right_id) and not exists (
      select from pair_member m join route o on o.id = m.route_id
      where m.connection_id = t.connection_id and m.remote_id = t.remote_id and o.id <> r.id and o.forgotten_at is null)
      and (exists (select from pair_member m
                   where m.route_id = r.id and m.connection_id = t.connection_id and m.remote_id = t.remote_id)
           or not exists (select from route o
                          where t.connection_id in (o.left_id, o.right_id) and o.id <> r.id and o.forgotten_at is null))
      and not exists (select from unclaimed u where u.connection_id = t.connection_id and u.remote_id = t.remote_id)`
  await tx`delete from property_file where route_id = ${id}`
  await tx`delete from setup where route_id = ${id}`
  // The ids stay: the same accounts, connected again, know which notes are theirs.
  await tx`update note set words = null, wake_at = null where route_id = ${id} and (words is not null or wake_at is not null)`
  await releaseCreates(tx, id)
  await tx`update route set forgotten_at = clock(), forget_at = null where id = ${id}`
}
