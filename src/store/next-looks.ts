import type { DbTime } from '../core/db-time.ts'
import type { Db, Tx } from './database.ts'
import { OPEN_STATUSES } from './ops.ts'

/** Where the next plan of a pair would have somebody look, before it writes there. */
export type NextLook = {
  readonly pairId: string
  readonly connectionId: string
  readonly provider: string
  readonly plannedAt: DbTime
}

/**
 * Of these pairs those of which one side alone has news, and nothing is under way: whatever comes of it, the other side's task is
 * looked at first. That is known without a plan.
 */
export async function nextLooks(sql: Db | Tx, pairIds: readonly string[]): Promise<NextLook[]> {
  if (pairIds.length === 0) return []
  return sql<NextLook[]>`
    select p.id as "pairId", o.connection_id as "connectionId", c.provider, clock() as "plannedAt"
    from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    join pair_member o on o.pair_id = p.id and o.role = 'current' and o.side <> m.side
    join remote_task u on u.connection_id = o.connection_id and u.remote_id = o.remote_id
    join connection c on c.id = o.connection_id
    where p.id in ${sql([...pairIds])} and p.memory = 'linked' and p.state = 'ok'
      and t.changed_seq > m.decided_seq and t.presence <> 'unknown' and t.missing_at is null and not t.look_again
      and u.changed_seq <= o.decided_seq and u.presence = 'present' and u.missing_at is null and not u.look_again
      and not exists (
        select from op where subject = 'pair' and subject_id = p.id and status in ${sql([...OPEN_STATUSES])})
    order by p.id`
}
