import { msBetween } from '../../core/db-time.ts'
import type { Connection, FoundCreate, LostCreate } from '../contract.ts'
import { call, type MemoryOptions } from './call.ts'
import { keep } from './keep.ts'
import { remote } from './look.ts'
import type { StoredTask } from './service.ts'
import { MEMORY_USER } from './write.ts'

/** The contract's `findCreated`. A feed knows our keys for ever; elsewhere what we made is searched by its words. */
export async function findCreated(
  options: MemoryOptions,
  connection: Connection,
  lost: LostCreate,
): Promise<FoundCreate> {
  const { flavour, service } = options
  if (flavour === 'feed') return { kind: 'not-arrived' }
  const { askedAt, found } = await call(options, 'find', connection, () => ({
    found: [...service.view().tasks.values()].filter((task) => isLookedFor(task, lost)),
  }))
  const [only] = found
  if (only !== undefined && found.length === 1) {
    return { kind: 'arrived', askedAt, remoteId: only.id, now: remote(only) }
  }
  if (found.length > 1) return { kind: 'ambiguous', candidates: found.map((task) => task.id) }
  return lost.emptyAt !== null && askedAt > lost.settledAt
    ? { kind: 'not-arrived' }
    : { kind: 'too-early', askedAt }
}

/** How far the service's clock and the database's may lie apart. */
const SKEW_MS = 120_000

function isLookedFor(task: StoredTask, lost: LostCreate): boolean {
  const wanted = lost.op.steps[0]?.fields
  return (
    !task.deleted &&
    task.person === lost.op.person &&
    task.madeBy === MEMORY_USER &&
    !lost.known.has(task.id) &&
    msBetween(lost.attemptedAt, task.madeAt) >= -SKEW_MS &&
    task.task.title === keep('bare', 'title', wanted?.title ?? '', lost.op.zone)
  )
}
