import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import {
  type HomeChange,
  type HomeOp,
  openHomeOps,
  wasMadeForAnother,
  wasRefusedLately,
} from '../../store/home-ops.ts'
import type { Ground } from './ground.ts'
import { addOp } from './write-step.ts'

/** A further project that is empty by now goes; one whose stage is called otherwise by now gets its name. */
export async function tidyProjects(tx: Tx, ground: Ground): Promise<HomeOp | null> {
  const { sections, deals, home } = ground
  const wanted = deals.homeOf(home.dealId)
  const changes: { readonly project: ContainerRow; readonly change: HomeChange; readonly why: string }[] = [
    ...sections
      .emptyProjects()
      .map((project) => ({ project, change: { kind: 'remove' } as const, why: 'empty' })),
    ...sections.misnamed(wanted).map(({ project, name }) => ({
      project,
      change: { kind: 'rename', name } as const,
      why: 'renamed',
    })),
  ]
  for (const { project, change, why } of changes) {
    const [open] = await openHomeOps(tx, [project.id])
    // Nobody waits for it: what was refused is tried again tomorrow.
    if (open !== undefined || (await wasRefusedLately(tx, project.id, change.kind))) continue
    if (change.kind === 'remove' && (await wasMadeForAnother(tx, project.id, home.dealId))) continue
    return addOp(tx, ground, project, change, why)
  }
  return null
}
