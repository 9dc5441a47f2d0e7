import type { DbTime, RemoteTask, WriteOp } from '../contract.ts'
import type { ProviderError } from '../provider-error.ts'
import type { Client } from './client.ts'
import { closingKey, fieldsOf, wasEdited } from './edited-meanwhile.ts'
import { changedIcs } from './encode.ts'
import { gone, invalid } from './errors.ts'
import { getResource } from './fetch.ts'
import { type Guarded, madeStrong, put, remove } from './guarded.ts'
import { collectionOf, collectionPath } from './hrefs.ts'
import { type Found, lookFor } from './look-for.ts'
import { decode, type Resource } from './mapping.ts'
import { moveTo } from './move.ts'
import type { Account } from './place.ts'
import { asProviderError, confirmed, type Done, failed, overtaken, overtakenAfter } from './results.ts'

/** How often a write is tried anew because somebody else wrote at the same moment, none of it into its fields. */
const MOST_ROUNDS = 3

export type Target = { readonly found: Found | undefined; readonly askedAt: DbTime | null }

export async function updateTask(
  client: Client,
  account: Account,
  op: WriteOp,
  target: Target,
  now: string,
): Promise<Done> {
  const fields = fieldsOf(op)
  const { list } = fields
  let { found, askedAt } = target
  /** As it lay in its new list, once we have moved it. */
  let moved: Found | null = null
  try {
    if (found === undefined) return failed(op, gone('task'), askedAt)
    if (list !== undefined && list !== null) {
      const task = readable(found)
      if (wasEdited(op, task)) return overtaken(op, askedAt)
      const to = collectionPath(account.home, list)
      if (collectionOf(found.resource.path) !== to) {
        const move = await moveTo(client, account, found, to)
        if (move === null) return overtaken(op, askedAt)
        found = moved = move.found
        askedAt = move.askedAt
      }
    }
    for (let round = 0; round < MOST_ROUNDS && found !== undefined; round += 1) {
      const task = readable(found)
      if (moved !== null && collectionOf(found.resource.path) !== collectionOf(moved.resource.path))
        return movedBack(op, askedAt, readable(moved).seen, task.seen)
      if (wasEdited(op, task)) return overtaken(op, askedAt)
      const text = encoded(task.ics, {
        fields,
        marker: op.marker,
        beside: op.beside,
        zone: op.zone,
        parent: fields.parent,
        closing: closingKey(op),
        now,
      })
      // It is so already, as the look of this very call has shown.
      if (text === null) return confirmed(op, askedAt, op.remoteId, task.seen)
      const answer = await put(client, account, found.resource, text)
      askedAt = answer.askedAt
      if (answer.kind === 'done') {
        const { path } = found.resource
        const shown = answer.etag === null ? null : decode({ path, etag: answer.etag, text }, account.home)
        const seen = shown ?? (await lookedAgain(client, account, path))
        return confirmed(op, askedAt, op.remoteId, seen?.kind === 'task' ? seen.seen : null)
      }
      found = await again(client, account, op, found.resource, answer)
    }
    return found === undefined ? failed(op, gone('task'), askedAt) : overtaken(op, askedAt)
  } catch (error) {
    return failed(op, asProviderError(error), askedAt)
  }
}

/** Its user has moved it again since we did: that is an edit of what we wrote, and not the place where it was before. */
function movedBack(op: WriteOp, askedAt: DbTime | null, shown: RemoteTask, now: RemoteTask): Done {
  const step = op.steps.find(({ fields }) => 'list' in fields)
  const isDone =
    step !== undefined && (step.fields.parent === undefined || step.fields.parent === shown.task.parent)
  return isDone ? overtakenAfter(op, askedAt, { step: step.name, shown }, now) : overtaken(op, askedAt)
}

/** Deletes a task as it was seen; one that is gone already is fine. */
export async function deleteTask(
  client: Client,
  account: Account,
  op: WriteOp,
  target: Target,
): Promise<Done> {
  let { found, askedAt } = target
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    if (found === undefined) return confirmed(op, askedAt, op.remoteId, null)
    // One that cannot be read holds something that nobody here has seen.
    if (found.decoded.kind !== 'task') return failed(op, unreadable(), askedAt)
    if (wasEdited(op, found.decoded)) return overtaken(op, askedAt)
    const answer = await remove(client, account, found.resource)
    askedAt = answer.askedAt
    if (answer.kind === 'done') return confirmed(op, askedAt, op.remoteId, null)
    found = await again(client, account, op, found.resource, answer)
  }
  return overtaken(op, askedAt)
}

/** A task that cannot be put together again is refused by itself; it must not end a call that writes others. */
function encoded(...given: Parameters<typeof changedIcs>): string | null {
  try {
    return changedIcs(...given)
  } catch {
    // What ical.js says of it may quote it.
    throw unreadable()
  }
}

function readable({ decoded }: Found) {
  if (decoded.kind === 'task') return decoded
  throw unreadable()
}

function unreadable(): ProviderError {
  return invalid(
    'The task on the CalDAV server cannot be read, so that it is left as it is.',
    'Open it in the app that made it, and save it again.',
  )
}

/** The task as it is after a refusal; undefined where it is nowhere. */
async function again(
  client: Client,
  account: Account,
  op: WriteOp,
  before: Resource,
  refusal: Guarded & { kind: 'changed' },
): Promise<Found | undefined> {
  const resource = refusal.status === 412 ? await getResource(client, account, before.path) : null
  const strong = resource?.etag === before.etag ? madeStrong(before) : null
  const now = strong ?? resource
  const decoded = now === null ? null : decode(now, account.home)
  if (now !== null && decoded?.kind === 'task' && decoded.uid === op.remoteId)
    return { resource: now, decoded }
  const uid = op.remoteId ?? ''
  return (await lookFor(client, account, [uid])).found.get(uid)
}

async function lookedAgain(client: Client, account: Account, path: string) {
  const resource = await getResource(client, account, path)
  return resource === null ? null : decode(resource, account.home)
}
