import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { type Held, unsettledIn } from '../../store/deal-homes.ts'
import { type HomeChange, type HomeOp, openHomeOps, wasMadeForAnother } from '../../store/home-ops.ts'
import { wasRefusedLately } from '../../store/home-refusals.ts'
import type { Ground } from './ground.ts'
import { addOp } from './write-step.ts'

/** `op`: the next write. `held`: what comes before it, or before one that is not planned yet. */
export type Tidying = { readonly op: HomeOp | null; readonly held: Held }

const NOTHING: Held = { pairIds: [], until: null }

/**
 * A further project that is empty by now goes; one whose stage is called otherwise by now gets its name. A task that lies in one
 * that goes, completed perhaps, is seen to first: it would be nobody's business any more.
 */
export async function tidyProjects(tx: Tx, ground: Ground): Promise<Tidying> {
  const { sections, deals, home } = ground
  const wanted = deals.homeOf(home.dealId)
  let waits = NOTHING
  for (const project of sections.emptyProjects()) {
    if (!(await mayBeWritten(tx, project, 'remove'))) continue
    if (await wasMadeForAnother(tx, project.id, home.dealId)) continue
    const held = await unsettledIn(tx, project)
    if (held.pairIds.length > 0) return { op: null, held }
    if (held.until === null)
      return { op: await addOp(tx, ground, project, { kind: 'remove' }, 'empty'), held }
    waits = held
  }
  for (const { project, name } of sections.misnamed(wanted))
    if (await mayBeWritten(tx, project, 'rename'))
      return { op: await addOp(tx, ground, project, { kind: 'rename', name }, 'renamed'), held: NOTHING }
  return { op: null, held: waits }
}

/** Nobody waits for it: what was refused is tried again tomorrow. */
export async function mayBeWritten(
  tx: Tx,
  project: Pick<ContainerRow, 'id'>,
  kind: HomeChange['kind'],
): Promise<boolean> {
  const [open] = await openHomeOps(tx, [project.id])
  return open === undefined && !(await wasRefusedLately(tx, project.id, kind))
}
