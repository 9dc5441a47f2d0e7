import { type DbTime, earlier } from '../../core/db-time.ts'
import { type HomeStep, nextHomeStep } from '../../core/home-step.ts'
import type { Tx } from '../../store/database.ts'
import { comingTasks, forgetMovedBack, type Held, newsIn, unsettledIn } from '../../store/deal-homes.ts'
import { dropHomeOp, type HomeOp } from '../../store/home-ops.ts'
import { inUseUntil, wasRefusedLately } from '../../store/home-refusals.ts'
import { dealNow } from './deal-now.ts'
import type { Ground } from './ground.ts'
import { homeKey } from './write-step.ts'

/**
 * The next step of a deal's home. `coming`: open tasks that are to lie in it and do not yet. `again`: when it is to be asked
 * again about a section that could not be put away.
 */
export async function nextStep(
  tx: Tx,
  { route, deals, sections, home }: Ground,
): Promise<{ readonly step: HomeStep; readonly coming: number; readonly again: DbTime | null }> {
  const coming = await comingTasks(tx, route.route.id, home.dealId)
  const eager = route.policy.deals?.eager === true
  const sticky = new Set<string>()
  let again: DbTime | null = null
  for (;;) {
    const step = nextHomeStep(await dealNow(deals, sections, home, { coming, sticky, eager }))
    // What we do not know lies in it, as the last attempt to put it away has shown.
    if (step.kind === 'remove') {
      if (!(await wasRefusedLately(tx, step.section, step.kind))) return { step, coming, again }
    } else if (step.kind === 'archive') {
      const until = await inUseUntil(tx, step.section)
      if (until === null) return { step, coming, again }
      again = earlier(again, until)
    } else return { step, coming, again }
    sticky.add(step.section)
  }
}

/**
 * Whether an open op is to be sent: one that nobody has sent yet is dropped when its deal has gone on meanwhile. What is moved for
 * want of room counts as moved already, so that nobody could say the same of it again.
 */
export async function isStillWanted(tx: Tx, ground: Ground, op: HomeOp): Promise<boolean> {
  if (op.attempts > 0 || op.change.kind === 'make' || op.cause === 'room') return true
  // Its being planned counts as the one try of its stage.
  const home = op.cause === 'moved-back' ? { ...ground.home, movedBackIn: null } : ground.home
  const { step } = await nextStep(tx, { ...ground, home })
  if ('section' in step && (step.section !== op.containerId || isFor(ground, op, step))) return true
  if (!(await dropHomeOp(tx, op.id))) return true
  if (op.cause === 'moved-back') await forgetMovedBack(tx, op.routeId, ground.home.dealId)
  return false
}

/**
 * What comes before a step: of what lies in a section whose place changes nobody could say later what its user meant by it, and
 * what lies in one that is given up would be nobody's business any more.
 */
export async function heldUpBy(
  tx: Tx,
  { sections }: Ground,
  step: Exclude<HomeStep, { kind: 'rest' | 'begin' }>,
): Promise<Held> {
  const section = sections.byId(step.section)
  if (section !== null && step.kind === 'remove') return unsettledIn(tx, section)
  return { pairIds: section !== null && isMove(step) ? await newsIn(tx, section) : [], until: null }
}

/** Whether a section goes into another project by it. */
function isMove(step: HomeStep): step is Extract<HomeStep, { kind: 'move' | 'move-back' | 'give-up' }> {
  return step.kind === 'move' || step.kind === 'move-back' || step.kind === 'give-up'
}

function isFor(
  ground: Ground,
  { change }: HomeOp,
  step: Exclude<HomeStep, { kind: 'rest' | 'begin' }>,
): boolean {
  switch (change.kind) {
    case 'move':
      return isMove(step) && ground.sections.byId(change.to)?.subject === homeKey(ground)
    case 'rename':
      return step.kind === 'rename' && step.name === change.name
    case 'relink':
      return step.kind === 'relink' && step.link === change.link
    case 'make':
    case 'archive':
    case 'unarchive':
    case 'remove':
      return step.kind === change.kind
  }
}
