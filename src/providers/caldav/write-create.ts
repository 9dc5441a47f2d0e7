import type { WriteOp } from '../contract.ts'
import type { Client } from './client.ts'
import { closingKey, fieldsOf } from './edited-meanwhile.ts'
import { createdIcs } from './encode.ts'
import { answerError, invalid, outcomeUnknown } from './errors.ts'
import { getResource } from './fetch.ts'
import { putNew } from './guarded.ts'
import { collectionPath, conventionalPath } from './hrefs.ts'
import { lookFor } from './look-for.ts'
import { decode } from './mapping.ts'
import type { Account } from './place.ts'
import { confirmed, type Done } from './results.ts'

/** The UID of the task that an op makes: fixed for the op, so that a repeated create is known for one. */
export function uidOf(op: WriteOp): string {
  const key = op.steps[0]?.key
  if (key === undefined) throw invalid('A create of a CalDAV task needs a step.')
  return key
}

/**
 * Makes a task, by one request where all is well. One that is there already was made by an earlier attempt, wherever its
 * user has put it since.
 */
export async function createTask(
  client: Client,
  account: Account,
  op: WriteOp,
  list: string | null,
  now: string,
): Promise<Done> {
  const fields = fieldsOf(op)
  const into = list ?? fields.list ?? null
  const collection = into === null ? account.firstList : collectionPath(account.home, into)
  if (collection === null)
    throw invalid(
      'There is no list of tasks in this CalDAV account.',
      'Make one in the calendar or tasks app, then check the connection again.',
    )
  const uid = uidOf(op)
  const path = conventionalPath(collection, uid)
  const { marker, beside, zone } = op
  const text = createdIcs(uid, {
    fields,
    marker,
    beside,
    zone,
    parent: fields.parent ?? null,
    closing: closingKey(op),
    now,
  })
  const answer = await putNew(client, account, path, text)
  if (answer.kind === 'done') {
    const told = answer.etag !== null && !answer.moved
    const resource = told ? { path, etag: answer.etag, text } : await getResource(client, account, path)
    const shown = resource === null ? null : decode(resource, account.home)
    return confirmed(op, answer.askedAt, uid, shown?.kind === 'task' ? shown.seen : null)
  }
  const there = (await lookFor(client, account, [uid])).found.get(uid)
  if (there?.decoded.kind === 'task') return confirmed(op, answer.askedAt, uid, there.decoded.seen)
  if (answer.status !== 412) throw answerError('write', { ...answer, retryAfter: undefined })
  throw outcomeUnknown('The CalDAV server says that the task is there, and does not show it.')
}
