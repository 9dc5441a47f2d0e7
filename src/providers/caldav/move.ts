import { sameContent } from '../../core/observe.ts'
import type { DbTime, RemoteTask } from '../contract.ts'
import { type Client, isKind } from './client.ts'
import { answerError, isThereAlready } from './errors.ts'
import { getResource } from './fetch.ts'
import { madeStrong, move, putNew, remove } from './guarded.ts'
import { sameName } from './hrefs.ts'
import { type Found, lookFor } from './look-for.ts'
import { decode, type Resource } from './mapping.ts'
import type { Account } from './place.ts'

/** One task on its way: from where it was seen, to a path at which there is none. */
type Way = { readonly resource: Resource; readonly uid: string; readonly to: string }

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
  const to = sameName(resource.path, collection)
  const askedAt = await moved(client, account, { resource, uid: decoded.uid, to })
  if (askedAt === null) return null
  const there = await getResource(client, account, to)
  const shown = there === null ? null : decode(there, account.home)
  return there === null || shown?.kind !== 'task'
    ? null
    : { askedAt, found: { resource: there, decoded: shown } }
}

async function moved(client: Client, account: Account, way: Way): Promise<DbTime | null> {
  try {
    const answer = await move(client, account, way.resource, way.to)
    if (answer.kind === 'done') return answer.askedAt
  } catch (error) {
    if (!isKind(error, 'invalid') && !isKind(error, 'not-visible')) throw error
  }
  // Refused: because there is no MOVE here, or because of what its user did. A copy is made only of what stands as it stood.
  const now = await getResource(client, account, way.resource.path)
  if (now === null || now.etag !== way.resource.etag) return null
  return byCopy(client, account, { ...way, resource: madeStrong(way.resource) ?? way.resource })
}

async function byCopy(client: Client, account: Account, way: Way): Promise<DbTime | null> {
  const { resource, to } = way
  const copied = await putNew(client, account, to, resource.text)
  const there = await getResource(client, account, to)
  if (copied.kind !== 'done' && there === null)
    throw answerError('write', { ...copied, retryAfter: undefined })
  if (there === null) return null
  // A copy that was there before is one of an earlier attempt, if it is one.
  if (!isCopyOf(there, resource, account.home)) throw isThereAlready()
  const taken = await remove(client, account, resource)
  if (taken.kind === 'done') return copied.askedAt
  // The original is the task, wherever its user has it now, and the copy must not stay beside it. Of one that is nowhere
  // the copy may be all there is: an earlier attempt may have taken the original away.
  if (copied.kind === 'done' || (await isElsewhere(client, account, way)))
    await remove(client, account, there)
  return null
}

async function isElsewhere(client: Client, account: Account, { uid, to }: Way): Promise<boolean> {
  const { found } = await lookFor(client, account, [uid], to)
  return found.has(uid)
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
