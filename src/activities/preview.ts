import type { Side } from '../core/policy.ts'
import type { FieldValues } from '../core/task.ts'
import { onTrial, type Tx } from '../store/database.ts'
import type { Deps } from './deps.ts'
import { activateRoute } from './fill.ts'
import { planPairs } from './plan.ts'

/** One write that a sync would make now. */
export type PlannedWriteView = {
  readonly pair: string
  readonly side: Side
  readonly verb: 'create' | 'update' | 'delete'
  readonly fields: FieldValues
}

export type Preview = {
  readonly writes: readonly PlannedWriteView[]
  readonly linked: number
  readonly waiting: number
}

/** Everything that the record holds is taken for current: a preview must not look, nor write. */
const LONG_AGO = '1970-01-01T00:00:00.000000Z'

/** What a sync would write, decided by the same code and then rolled back: nothing of it stays. */
export async function preview(deps: Deps): Promise<Preview> {
  return onTrial(deps.db, (tx) => planEverything(tx, deps))
}

async function planEverything(tx: Tx, deps: Deps): Promise<Preview> {
  const drafts = await tx<{ id: string }[]>`select id from route where state in ('draft', 'matching')`
  let linked = 0
  for (const { id } of drafts) linked += (await activateRoute(tx, deps, id)).linked
  const pending = await tx<{ id: string }[]>`select id from pending order by id`
  const planned = await planPairs(tx, deps, { pairIds: pending.map((row) => row.id), since: LONG_AGO })
  const writes = await tx<PlannedWriteView[]>`
    select subject_id as pair, side, verb, after as fields from op
    where subject = 'pair' and status in ('planned', 'sent', 'unknown') order by id`
  return { writes: [...writes], linked, waiting: planned.unsettled.length }
}
