import { sameContent } from '../../core/observe.ts'
import type { DbTime, RemoteTask } from '../contract.ts'
import { type Client, isKind } from './client.ts'
import { answerError } from './errors.ts'
import { getResource } from './fetch.ts'
import { move, putNew, remove } from './guarded.ts'
import { conventionalPath } from './hrefs.ts'
import type { Found } from './look-for.ts'
import { decode, type Resource } from './mapping.ts'
import type { Account } from './place.ts'

/**
 * Puts a task into another list, its content as it is: by MOVE, or where a server has none by a copy that is made before
 * the original is taken away. Null when somebody has changed it meanwhile, or is quicker.
 */
export async function moveTo(
  client: Client,
  account: Account,
  { resource, decoded }: Found,
  collection: string,
): Promise<{ readonly askedAt: DbTime; readonly found: Found } | null> {
  if (decoded.kind !== 'task') return null
  const to = conventionalPath(collection, decoded.uid)
  const askedAt =
    (await byMove(client, account, resource, to)) ?? (await byCopy(client, account, resource, to))
  if (askedAt === null) return null
  const there = await getResource(client, account, to)
  const shown = there === null ? null : decode(there, account.home)
  return there === null || shown?.kind !== 'task'
    ? null
    : { askedAt, found: { resource: there, decoded: shown } }
}

/** Null where it cannot be done in this way. */
async function byMove(
  client: Client,
  account: Account,
  resource: Found['resource'],
  to: string,
): Promise<DbTime | null> {
  try {
    const answer = await move(client, account, resource, to)
    return answer.kind === 'done' ? answer.askedAt : null
  } catch (error) {
    if (isKind(error, 'invalid') || isKind(error, 'not-visible')) return null
    throw error
  }
}

async function byCopy(
  client: Client,
  account: Account,
  resource: Found['resource'],
  to: string,
): Promise<DbTime | null> {
  const copied = await putNew(client, account, to, resource.text)
  const there = await getResource(client, account, to)
  if (copied.kind !== 'done' && there === null)
    throw answerError('write', { ...copied, retryAfter: undefined })
  // A copy that was there before is one of an earlier attempt, if it is one.
  if (there === null || !isCopyOf(there, resource, account.home)) return null
  const taken = await remove(client, account, resource)
  if (taken.kind === 'done') return copied.askedAt
  // Somebody has edited the original: it is the task, and the copy must not stay beside it.
  if (taken.status === 412) await remove(client, account, there)
  return null
}

function isCopyOf(one: Resource, other: Resource, home: string): boolean {
  const [a, b] = [decode(one, home), decode(other, home)]
  if (a.kind !== 'task' || b.kind !== 'task' || a.uid !== b.uid) return false
  const elsewhere = ({ seen }: typeof a): RemoteTask => ({
    ...seen,
    container: null,
    task: { ...seen.task, list: null },
  })
  return sameContent(elsewhere(a), elsewhere(b))
}
