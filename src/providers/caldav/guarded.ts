import type { DbTime } from '../contract.ts'
import type { Answer, Client } from './client.ts'
import { invalid, notUnderstood } from './errors.ts'
import { collectionOf } from './hrefs.ts'
import type { Resource } from './mapping.ts'
import { type Account, urlOf } from './place.ts'

/*
 * Writes that take place only when the resource is as it was seen: none is ever sent without a condition.
 */

/** `changed`: it is not as it was seen, or not there any more; nothing was done. `etag`: null where it was not told. */
export type Guarded =
  | { readonly kind: 'done'; readonly askedAt: DbTime; readonly etag: string | null; readonly moved: boolean }
  | { readonly kind: 'changed'; readonly askedAt: DbTime; readonly status: number; readonly text: string }

const CALENDAR = { 'content-type': 'text/calendar; charset=utf-8' } as const

/** Makes a resource where there is none. */
export function putNew(client: Client, account: Account, path: string, text: string): Promise<Guarded> {
  return guarded(client, account, {
    method: 'PUT',
    path,
    text,
    headers: { ...CALENDAR, 'if-none-match': '*' },
    refusals: [409, 412],
  })
}

/** Replaces a resource. */
export function put(client: Client, account: Account, seen: Resource, text: string): Promise<Guarded> {
  const { path } = seen
  const condition = conditionOf(seen)
  return guarded(client, account, {
    method: 'PUT',
    path,
    text,
    headers: { ...CALENDAR, ...condition },
    refusals: [404, 410, 412],
  })
}

export function remove(client: Client, account: Account, seen: Resource): Promise<Guarded> {
  const headers = conditionOf(seen)
  return guarded(client, account, { method: 'DELETE', path: seen.path, headers, refusals: [404, 410, 412] })
}

/** Moves a resource to a path at which there is none. */
export function move(client: Client, account: Account, seen: Resource, to: string): Promise<Guarded> {
  const destination = urlOf(account, to).href
  const headers = { ...conditionOf(seen), destination, overwrite: 'F' }
  return guarded(client, account, { method: 'MOVE', path: seen.path, headers, refusals: [404, 410, 412] })
}

/** The etag as it came, a weak one too: by the standard that is never equal to anything, but servers compare it. */
function conditionOf({ etag }: Resource): Readonly<Record<string, string>> {
  if (etag === null)
    throw invalid(
      'The CalDAV server does not say which version of a task it shows, so that nothing can be written safely.',
      'Ask its operator whether a proxy in front of it takes the ETag header away.',
    )
  return { 'if-match': etag }
}

/** The resource by the server's own etag, where a proxy has made it weak on the way; null where it is a strong one. */
export function madeStrong(seen: Resource): Resource | null {
  return seen.etag?.startsWith('W/') ? { ...seen, etag: seen.etag.slice(2) } : null
}

async function guarded(
  client: Client,
  account: Account,
  call: {
    readonly method: string
    readonly path: string
    readonly text?: string
    readonly headers: Readonly<Record<string, string>>
    readonly refusals: readonly number[]
  },
): Promise<Guarded> {
  const answer = await client.change(account, collectionOf(call.path), {
    method: call.method,
    url: urlOf(account, call.path),
    purpose: 'write',
    headers: call.headers,
    ...(call.text === undefined ? {} : { body: call.text }),
    takes: (status) => (status >= 200 && status < 300) || call.refusals.includes(status),
  })
  const { askedAt, status, text } = answer
  if (call.refusals.includes(status)) return { kind: 'changed', askedAt, status, text }
  if (!isDone(answer)) throw notUnderstood('write')
  const moved = answer.header('location') !== undefined
  return { kind: 'done', askedAt, etag: answer.header('etag') ?? null, moved }
}

/** A 200 is a server's when it is about the resource, and else a page of somebody in between; a 207 tells of failures. */
function isDone(answer: Answer): boolean {
  const { status, text } = answer
  if (status === 201 || status === 204) return true
  if (status !== 200) return false
  const type = answer.header('content-type') ?? ''
  return (
    answer.header('etag') !== undefined ||
    text.trim() === '' ||
    (type.includes('xml') && !type.includes('html'))
  )
}
