import type { DbTime } from '../../core/db-time.ts'
import type { RemoteContainer } from '../../providers/contract.ts'
import {
  type ContainerChange,
  dealsInLastShard,
  markRoomy,
  resetContainer,
  tellOfWrite,
} from '../../store/containers.ts'
import { inTransaction } from '../../store/database.ts'
import { wakeHomes } from '../../store/deal-homes.ts'
import { closeHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import type { Tended } from './home-call.ts'

/** A write that the service took. `shown`: in its answer, which came at `answeredAt`. */
export type Told = Tended & { readonly shown: RemoteContainer; readonly answeredAt: DbTime }

/** Takes a write that the service took into the record. */
export async function confirmHome({ db }: Pick<Deps, 'db'>, told: Told): Promise<void> {
  const { op, row, project, answeredAt } = told
  await inTransaction(db, async (tx) => {
    if (!(await closeHomeOp(tx, op, null))) return
    if (op.change.kind === 'remove') await resetContainer(tx, row.id)
    else await tellOfWrite(tx, row.id, after(told), answeredAt)
    // What has left it makes room again.
    if ((op.change.kind === 'move' || op.change.kind === 'archive') && row.parentId !== project?.id) {
      await markRoomy(tx, row.parentId)
      // The last project of the same home may be nearly empty now.
      if (row.parentId !== null) await wakeHomes(tx, await dealsInLastShard(tx, row.parentId))
    }
  })
}

/** What the service took is so, whatever a look just after it shows: that may be older, and would pass for what its user did. */
function after({ op, row, project, shown }: Told): ContainerChange {
  const { remoteId, name: shownName, parent: shownParent, state } = shown
  const seen = { remoteId, shownName, shownParent }
  switch (op.change.kind) {
    case 'make':
      return { ...seen, state }
    case 'move':
      return { ...seen, parentId: project?.id ?? row.parentId, shownParent: project?.remoteId ?? shownParent }
    case 'rename':
      // As the service keeps it: what it cuts is no user's name.
      return { ...seen, name: op.change.name, shownName: op.change.name }
    case 'relink':
      return { ...seen, link: op.change.link }
    case 'archive':
      return { ...seen, state: 'archived', putAway: true }
    case 'unarchive':
      return { ...seen, state: 'active', putAway: false }
    case 'remove':
      return {}
  }
}
