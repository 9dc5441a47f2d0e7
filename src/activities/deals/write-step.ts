import type { HomeStep } from '../../core/home-step.ts'
import { otherSide } from '../../core/policy.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { type HomeChange, type HomeOp, insertHomeOp, openHomeOps } from '../../store/home-ops.ts'
import type { DealGround, Ground } from './ground.ts'

/** `coming`: open tasks that are to lie in the deal's section and do not yet. */
type StepGround = Ground & { readonly coming: number }

/** Writes a step down as an op; where its project is not there yet, that is made first. */
export async function writeDown(
  tx: Tx,
  ground: StepGround,
  step: Exclude<HomeStep, { kind: 'rest' | 'begin' }>,
): Promise<HomeOp> {
  const { sections } = ground
  const section = sections.byId(step.section)
  if (section === null) throw new Error(`section ${step.section} is not there`)
  switch (step.kind) {
    case 'move': {
      const why = sections.byId(section.parentId)?.subject === homeKey(ground) ? 'room' : 'stage'
      return moveInto(tx, ground, section, await roomFor(ground, section, why === 'room'), why)
    }
    case 'give-up':
      return addOp(tx, ground, section, moveOf(ground, section, step.to), 'room')
    case 'move-back': {
      const before = sections.byId(section.parentId)
      const target = before?.state === 'active' ? before : await roomFor(ground, section, false)
      return moveInto(tx, ground, section, target, 'moved-back')
    }
    case 'rename':
      return addOp(tx, ground, section, { kind: 'rename', name: step.name }, 'renamed')
    case 'relink':
      return addOp(tx, ground, section, { kind: 'relink', link: step.link }, 'person')
    case 'remove':
      return addOp(tx, ground, section, { kind: 'remove' }, 'empty')
    case 'archive':
    case 'unarchive':
      return addOp(tx, ground, section, { kind: step.kind }, step.kind === 'archive' ? 'over' : 'needed')
  }
}

export function homeKey({ deals, home }: Ground): string | undefined {
  return deals.homeOf(home.dealId)?.key
}

/** `leaves`: its own project has no room for what is still to come into it, so that another one must have. */
async function roomFor(
  { deals, sections, home, coming }: StepGround,
  section: ContainerRow,
  leaves: boolean,
): Promise<ContainerRow> {
  const wanted = deals.homeOf(home.dealId)
  if (wanted === null) throw new Error(`deal ${home.dealId} has no home to move to`)
  const tasks = sections.openIn(section.id) + (leaves ? Math.max(1, coming) : coming)
  return sections.room(wanted, tasks, leaves ? sections.byId(section.parentId) : null)
}

async function moveInto(
  tx: Tx,
  ground: Ground,
  section: ContainerRow,
  target: ContainerRow,
  why: string,
): Promise<HomeOp> {
  if (target.remoteId !== null) return addOp(tx, ground, section, moveOf(ground, section, target.id), why)
  const [making] = await openHomeOps(tx, [target.id])
  return making ?? addOp(tx, ground, target, { kind: 'make', deal: ground.home.dealId }, 'room')
}

/** From where it is shown now: a look while the move is under way shows it where it goes. */
function moveOf({ sections }: Ground, { shownParent, parentId }: ContainerRow, to: string): HomeChange {
  return { kind: 'move', to, from: shownParent ?? sections.byId(parentId)?.remoteId ?? null }
}

export function addOp(
  tx: Tx,
  ground: Ground,
  row: ContainerRow,
  change: HomeChange,
  cause: string,
): Promise<HomeOp> {
  return addOpIn(tx, ground, row, change, {
    cause,
    project: ground.sections.byId(row.parentId)?.name ?? null,
  })
}

/** `project`: name of that in which the container lies now. */
export function addOpIn(
  tx: Tx,
  { route, deals, side }: DealGround,
  row: ContainerRow,
  change: HomeChange,
  { cause, project }: { readonly cause: string; readonly project: string | null },
): Promise<HomeOp> {
  return insertHomeOp(tx, {
    routeId: route.route.id,
    containerId: row.id,
    connectionId: side.connection.id,
    remoteId: row.remoteId,
    side: otherSide(deals.side),
    change,
    cause,
    before: { name: row.name, in: project, state: row.state },
  })
}
