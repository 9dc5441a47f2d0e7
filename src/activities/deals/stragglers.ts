import { type DbTime, LONG_AGO, plusMs } from '../../core/db-time.ts'
import type { LastPlace } from '../../core/placed.ts'
import type { Containers, Observation } from '../../providers/contract.ts'
import { type ContainerRow, containersById } from '../../store/containers.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { tasksFiledUnder } from '../../store/deal-homes.ts'
import { json } from '../../store/json.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { takeIn } from '../take-in.ts'
import type { Tended } from './home-call.ts'
import { openTasksIn } from './open-tasks.ts'

/** `unsure`: what is shown is older than the move. `since`: the first look that shows its tasks; null where it has none. */
export type LookAfter = { readonly is: 'unsure' } | { readonly is: 'seen'; readonly since: DbTime | null }

/**
 * Looks where the open tasks of a section lie that was moved, so that those that the service has left behind are fetched. Asked
 * are the places themselves: a list of changes may tell nothing of them.
 */
export async function fetchLeftBehind(
  deps: Deps,
  open: OpenConnection,
  containers: Containers,
  { op, row, project }: Tended,
): Promise<LookAfter> {
  const from = await leftProjects(deps, { op, row, project })
  const filed = new Set(await tasksFiledUnder(deps.db, row, from))
  let since: DbTime | null = null
  const seen = new Set<string>()
  for (const place of [row, ...from]) {
    if (seen.size === filed.size) break
    const look = await openTasksIn(open, containers, place)
    if (look === null) continue
    const observations = look.observations.filter(({ remoteId }) => filed.has(remoteId))
    if (observations.some((one) => isFromBefore(one, { row, from })) && !isOverdue(deps, op, look.askedAt))
      return { is: 'unsure' }
    since ??= look.askedAt
    for (const { remoteId } of observations) seen.add(remoteId)
    await inTransaction(deps.db, async (tx) => {
      const { askedAt } = look
      const input = {
        connectionId: open.row.id,
        observations,
        askedAt,
        direct: true,
        announced: new Set<string>(),
      }
      await takeIn(tx, deps, input)
      await noteStragglers(tx, row, from, observations)
    })
  }
  return { is: 'seen', since }
}

/**
 * Remote ids of the projects that it may have left: where it was when the move was planned, which a look since then need not
 * show any more, and where it was seen or kept last.
 */
async function leftProjects(deps: Deps, { op: { change }, row, project }: Tended): Promise<string[]> {
  const [parent] = await containersById(deps.db, row.parentId === null ? [] : [row.parentId])
  const planned = change.kind === 'move' ? change.from : null
  const all = [planned, row.shownParent, parent?.remoteId].flatMap((one) => one ?? [])
  return [...new Set(all)].filter((one) => one !== project?.remoteId)
}

const LEFT: LastPlace = { kind: 'left' }

type Way = { readonly row: ContainerRow; readonly from: readonly string[] }

/** It lies in the section, and that in the project that it has left. */
function isFromBefore(one: Observation, { row, from }: Way): boolean {
  if (one.kind !== 'present' || one.seen.container !== row.remoteId) return false
  return one.seen.task.list !== null && from.includes(one.seen.task.list)
}

/** A service that shows it so for longer than it shows anything old means it. */
function isOverdue(deps: Deps, op: Tended['op'], askedAt: DbTime): boolean {
  return askedAt > believedFrom(deps, op)
}

/** From when on a look at what a move concerns is not from before its first attempt. */
export function believedFrom({ timing }: Deps, { sentAt }: Tended['op']): DbTime {
  return sentAt === null ? LONG_AGO : plusMs(sentAt, timing.staleReadMs)
}

/**
 * Tasks that a section has left behind in a project from which it was moved. Nobody has moved them, so that where they lie
 * is no user's wish, and their next plan fetches them.
 */
async function noteStragglers(
  tx: Tx,
  { routeId, connectionId, subject }: ContainerRow,
  from: readonly string[],
  observations: readonly Observation[],
): Promise<void> {
  const left = observations.flatMap((one) =>
    one.kind === 'present' && from.includes(one.seen.container ?? '') && !one.seen.task.completed
      ? one.remoteId
      : [],
  )
  if (left.length === 0) return
  await tx`
    with found as (
      select p.id from pair p join pair_member m on m.pair_id = p.id and m.role = 'current'
      where m.route_id = ${routeId} and m.connection_id = ${connectionId} and m.remote_id in ${tx(left)}
        and p.deal = ${subject} and (p.place is null or p.place = ${json(tx, { kind: 'deal', deal: subject })})
      order by p.id for no key update of p)
    update pair set place = ${json(tx, LEFT)}, wake_at = clock() where id in (select id from found)`
}
