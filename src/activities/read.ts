import type { DbTime } from '../core/db-time.ts'
import { inTransaction } from '../store/database.ts'
import { type MemberRow, membersOf } from '../store/members.ts'
import { holdLeases } from '../store/pending.ts'
import type { Deps } from './deps.ts'
import { lookAt } from './look-at.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from './open-connection.ts'
import type { PlanOutput } from './plan/draft.ts'
import { type PlanInput, plan } from './plan.ts'
import { takeIn } from './take-in.ts'

/**
 * `direct`: what changed since the cursor is not enough, the tasks themselves must be looked at. `plannedAt`: when the
 * look was found to be needed. `planNext`: what is to be planned once it was, where nothing else has to be waited for.
 */
export type ReadInput = {
  readonly connectionId: string
  readonly pairIds: readonly string[]
  readonly direct: boolean
  readonly plannedAt: DbTime
  readonly planNext?: PlanInput
  readonly priority: QuotaPriority
}

/**
 * Looks at these pairs' tasks on one side, in as few requests as the service allows, and gives back the plan that was
 * asked for; null when none was made. What an earlier attempt has looked at, before the budget ended, is not looked at
 * again.
 */
export async function read(deps: Deps, input: ReadInput, signal: AbortSignal): Promise<PlanOutput | null> {
  await look(deps, input, signal)
  if (input.planNext === undefined) return null
  // Whoever asked makes the plan by itself then, and is as patient with the record as plans are.
  return plan(deps, input.planNext).catch((error: unknown) => {
    deps.log.warn({ error: String(error) }, 'what a look showed was not planned on at its end')
    return null
  })
}

async function look(deps: Deps, input: ReadInput, signal: AbortSignal): Promise<void> {
  const [open, known] = await Promise.all([
    openConnection(deps, input.connectionId, input.priority, signal),
    membersOf(deps.db, input.pairIds),
    holdLeases(deps.db, input.pairIds),
  ])
  const members = known.filter(
    (m) => m.connectionId === input.connectionId && (m.row.askedAt <= input.plannedAt || isInDoubt(m)),
  )
  const direct = members.filter((member) => input.direct || isInDoubt(member))
  await readBatches(deps, open, direct, true)
  await readBatches(
    deps,
    open,
    members.filter((member) => !direct.includes(member)),
    false,
  )
}

/** A picture that was dropped or is missing: what changed since the cursor says nothing about it. */
function isInDoubt({ row }: MemberRow): boolean {
  return row.lookAgain || row.missingAt !== null || row.presence !== 'present'
}

async function readBatches(
  deps: Deps,
  open: OpenConnection,
  members: readonly MemberRow[],
  direct: boolean,
): Promise<void> {
  const { readBatch } = open.provider.capabilities
  for (let at = 0; at < members.length; at += readBatch) {
    const ids = members.slice(at, at + readBatch).map((member) => member.remoteId)
    const looks = await lookAt(deps, open, direct ? open.direct : open.connection, ids)
    const isDirect = direct || open.connection.cursor === null
    const connectionId = open.row.id
    await inTransaction(deps.db, (tx) =>
      takeIn(tx, deps, { connectionId, ...looks, direct: isDirect, announced: new Set() }),
    )
    if (looks.unreached !== null) throw looks.unreached
  }
}
