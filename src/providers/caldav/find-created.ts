import type { Connection, FoundCreate, LostCreate } from '../contract.ts'
import { accountOf } from './account.ts'
import type { Client } from './client.ts'
import { lookFor } from './look-for.ts'
import { uidOf } from './write-create.ts'

/**
 * `Provider.findCreated`: the task with the UID that the op gives it, in whatever list it is by now. Sent again, the
 * same create meets the same resource and makes none beside it; so what is not there may be sent at once.
 */
export async function findCreated(
  client: Client,
  connection: Connection,
  { op, known }: LostCreate,
): Promise<FoundCreate> {
  const uid = uidOf(op)
  if (known.has(uid)) return { kind: 'not-arrived' }
  const { askedAt, found } = await lookFor(client, await accountOf(client, connection), [uid])
  const one = found.get(uid)
  if (one === undefined) return { kind: 'not-arrived' }
  return one.decoded.kind === 'task'
    ? { kind: 'arrived', askedAt, remoteId: uid, now: one.decoded.seen }
    : { kind: 'ambiguous', candidates: [uid] }
}
