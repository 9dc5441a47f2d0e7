import type { Side } from '../../core/policy.ts'
import { routeById } from '../../store/routes.ts'
import type { Deps } from '../deps.ts'
import { preview } from '../preview.ts'
import type { SetupInput } from './propose.ts'

/** What a first sync would do, in numbers alone. */
export type SetupCounts = {
  readonly creates: Readonly<Record<Side, number>>
  readonly updates: Readonly<Record<Side, number>>
  readonly linked: number
  readonly ambiguous: number
  readonly waiting: number
  readonly leftOut: Readonly<Record<Side, number>>
  readonly setAside: number
}

/** Decided by the same code that would do it, and rolled back. */
export async function previewSetup(deps: Deps, { routeId }: SetupInput): Promise<SetupCounts> {
  const { name } = await routeById(deps.db, routeId)
  const found = await preview(deps, { only: routeId })
  const writes = found.writes.filter(({ route }) => route === name)
  const count = (side: Side, verb: 'create' | 'update') =>
    writes.filter((write) => write.side === side && write.verb === verb).length
  const both = (verb: 'create' | 'update') => ({ left: count('left', verb), right: count('right', verb) })
  const leaves = found.routes.find(({ route }) => route === name)
  return {
    creates: both('create'),
    updates: both('update'),
    linked: found.linked,
    ambiguous: found.ambiguous.filter(({ route }) => route === name).length,
    waiting: found.waiting,
    leftOut: leaves?.leftOut ?? { left: 0, right: 0 },
    setAside: found.setAside
      .filter(({ route }) => route === name)
      .reduce((sum, { tasks }) => sum + tasks.length, 0),
  }
}
