import type { Tx } from './database.ts'
import { json } from './json.ts'

/*
 * What becomes of the tasks of two lists that are kept in step no more, because a person said so. They are let go in the
 * transaction that ends the mapping, and not by their plans later: until then a deletion would be carried over that
 * belongs to the list, and as many unlinkings at once would count as a mass change.
 */

/** The list in which a member's task lies. `task`, `member`, `mapping`: aliases of their tables. */
const LIES_IN = (task: string, member: string, mapping: string) =>
  `${task}.seen -> 'task' ->> 'list' = case ${member}.side when 'left' then ${mapping}.left_list else ${mapping}.right_list end`

/**
 * Lets go of the pairs between the two lists of a mapping. They stay known: mapped to each other again, the lists go on
 * where they were. What went with a deleted list is said to have done so, wherever its other task lies.
 */
export async function letGoMapped(tx: Tx, mappingId: string): Promise<void> {
  await tx`
    with leaving as (
      select p.id, here.lost
      from mapping g join pair p on p.route_id = g.route_id and p.memory in ('new', 'linked', 'ending')
      cross join lateral (
        select count(*) = 2 as together, coalesce(bool_or(c.id is not null), false) as lost
        from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        left join container c on c.route_id = g.route_id and c.role = 'list' and c.state = 'gone'
          and c.subject = m.side || '/' || (case m.side when 'left' then g.left_list else g.right_list end)
        where m.pair_id = p.id and m.role = 'current' and ${tx.unsafe(LIES_IN('t', 'm', 'g'))}) here
      where g.id = ${mappingId} and (here.together or here.lost and p.memory <> 'new')
      order by p.id for no key update of p)
    update pair p set memory = 'unlinked', state = 'ok', decrees = '[]', wake_at = clock(),
      reason = case when l.lost then 'home-gone' else 'unmapped' end,
      ended_at = case when l.lost then clock() else p.ended_at end
    from leaving l where p.id = l.id`
}

/**
 * Lets go for good of what was let go with its list, where the other task lies in no list that is mapped any more: the task
 * in a mapped one is in no pair from here on, and is matched with what lies in the list that has taken the place. The old
 * pairs stay as tombstones, with the other task, until its list is mapped too.
 */
export async function freeUnmapped(tx: Tx, routeId: string): Promise<void> {
  const freed = await tx<{ pairId: string; remoteId: string; connectionId: string }[]>`
    select p.id as "pairId", m.remote_id as "remoteId", m.connection_id as "connectionId"
    from pair p join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id and t.presence = 'present'
    join mapping g on g.route_id = p.route_id and g.direction <> 'off' and ${tx.unsafe(LIES_IN('t', 'm', 'g'))}
    where p.route_id = ${routeId}
      and (p.memory in ('unlinked', 'closed') and p.reason in ('unmapped', 'home-gone')
        or p.memory = 'new' and p.reason in ('out-of-scope', 'home-gone') and not exists (
          select from op o where o.subject = 'pair' and o.subject_id = p.id and o.status in ('planned', 'sent', 'unknown')))
      and not exists (
        select from pair_member o
        join remote_task u on u.connection_id = o.connection_id and u.remote_id = o.remote_id
        join mapping k on k.route_id = p.route_id and ${tx.unsafe(LIES_IN('u', 'o', 'k'))}
        where o.pair_id = p.id and o.side <> m.side and o.role = 'current')
    order by p.id for no key update of p`
  if (freed.length === 0) return
  const pairIds = freed.map(({ pairId }) => pairId)
  const over = { kind: 'replanned', message: 'Its lists are not mapped to each other any more', hint: null }
  await tx`
    update op set status = 'refused', error = ${json(tx, over)}, closed_at = clock()
    where subject = 'pair' and subject_id in ${tx(pairIds)} and status in ('planned', 'sent', 'unknown')`
  await tx`
    update conflict set decision = 'settled', decided_by = 'edit', decided_at = clock()
    where pair_id in ${tx(pairIds)} and kind = 'field' and decision is null`
  await tx`
    update pair set memory = 'closed', state = 'ok', reason = coalesce(reason, 'unmapped'), wake_at = null
    where id in ${tx(pairIds)}`
  await tx`
    delete from pair_member m using jsonb_to_recordset(${json(tx, freed)}) as f("remoteId" text, "connectionId" bigint)
    where m.route_id = ${routeId} and m.connection_id = f."connectionId" and m.remote_id = f."remoteId"`
}
