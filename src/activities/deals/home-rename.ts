import { type DbTime, plusMs } from '../../core/db-time.ts'
import type { Containers } from '../../providers/contract.ts'
import { clockNow } from '../../store/clock.ts'
import { tellOfWrite } from '../../store/containers.ts'
import { inTransaction } from '../../store/database.ts'
import { closeHomeOp } from '../../store/home-ops.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { refOf, type Tended } from './home-call.ts'

/** `ours`: as we gave it, or are about to. `unsure`: what is shown may be from before our last write, until that moment. */
export type WhoseName =
  | { readonly is: 'ours' }
  | { readonly is: 'users'; readonly name: string; readonly lookedAt: DbTime }
  | { readonly is: 'unsure'; readonly until: DbTime }

/** A look at a container that is to be renamed: what its user has called it since the last one stays. */
export async function whoseName(
  deps: Pick<Deps, 'db' | 'timing'>,
  open: OpenConnection,
  containers: Containers,
  { op: { change }, row }: Tended,
): Promise<WhoseName> {
  const lookedAt = await clockNow(deps.db)
  const { name } = await containers.update(open.direct, refOf(containers, row), {})
  if (name === row.name || (change.kind === 'rename' && name === change.name)) return { is: 'ours' }
  const until = row.tendedAt === null ? null : plusMs(row.tendedAt, deps.timing.staleReadMs)
  return until !== null && lookedAt < until ? { is: 'unsure', until } : { is: 'users', name, lookedAt }
}

/** The name that we had for it is not written, now or later. */
export async function keepUsersName(
  { db }: Pick<Deps, 'db'>,
  { op, row }: Tended,
  { name, lookedAt }: Extract<WhoseName, { is: 'users' }>,
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const error = { kind: 'overtaken', message: 'Its user has given it a name, which stays', hint: null }
    if (await closeHomeOp(tx, op, error)) await tellOfWrite(tx, row.id, { shownName: name }, lookedAt)
  })
}
