import type { Observation } from '../../core/observation.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { json } from '../../store/json.ts'

/**
 * Tasks that a section has left behind in the project from which it was moved. Nobody has moved them, so that where they lie
 * is no user's wish: no place of theirs counts as confirmed any more, and their next plan fetches them.
 */
export async function noteStragglers(
  tx: Tx,
  { routeId, connectionId, subject }: ContainerRow,
  from: string | null,
  observations: readonly Observation[],
): Promise<void> {
  const left = observations.flatMap((one) =>
    one.kind === 'present' && from !== null && one.seen.container === from && !one.seen.task.completed
      ? one.remoteId
      : [],
  )
  if (left.length === 0) return
  await tx`
    with found as (
      select p.id from pair p join pair_member m on m.pair_id = p.id and m.role = 'current'
      where m.route_id = ${routeId} and m.connection_id = ${connectionId} and m.remote_id in ${tx(left)}
        and p.deal = ${subject} and p.place = ${json(tx, { kind: 'deal', deal: subject })}
      order by p.id for no key update of p)
    update pair set place = null, wake_at = clock() where id in (select id from found)`
}
