import type { SkipReason } from '../core/decision.ts'
import type { RemoteTask } from '../core/observation.ts'
import type { MirrorRow } from '../core/observe.ts'
import type { Memory } from '../core/presence-table.ts'
import type { FieldValues } from '../core/task.ts'

/**
 * The task that another route has opposite a shared one, and what its pair says of it. `busy`: a write of it is open. `block`,
 * `ours`: lines and labels of ours in it.
 */
export type Opposite = {
  readonly routeId: string
  readonly pairId: string
  readonly memory: Memory
  readonly reason: SkipReason | null
  readonly deal: string | null
  readonly dealBy: 'user' | 'rule' | null
  readonly block: readonly string[]
  readonly carried: Readonly<Record<string, FieldValues>>
  readonly ours: readonly string[]
  readonly busy: boolean
  readonly presence: MirrorRow['presence']
  readonly seen: RemoteTask
}

/** SQL: what routes that are not for everybody have opposite the task of member `m`, the last that was in step first. */
export const OPPOSITE = `
  select coalesce(jsonb_agg(jsonb_build_object(
      'routeId', r.id::text, 'pairId', over.id::text, 'memory', over.memory, 'reason', over.reason, 'deal', over.deal,
      'dealBy', over.deal_by, 'block', over.block, 'carried', over.carried,
      'ours', coalesce(over.told -> 'ours', '[]'), 'presence', o.presence, 'seen', o.seen,
      'busy', exists (select from op w where w.subject = 'pair' and w.subject_id = over.id
        and w.status in ('planned', 'sent', 'unknown')))
    order by over.base_moved_at desc nulls last, over.id), '[]') as tasks
  from (select near.pair_id from pair_member near
        where near.connection_id = m.connection_id and near.remote_id = m.remote_id and near.route_id <> m.route_id
          and near.role = 'current' offset 0) near
  join pair over on over.id = near.pair_id
  join route r on r.id = over.route_id and r.removed_at is null and r.policy ->> 'assignees' <> 'anyone'
  join pair_member there on there.pair_id = over.id and there.connection_id <> m.connection_id and there.role = 'current'
  join remote_task o on o.connection_id = there.connection_id and o.remote_id = there.remote_id`
