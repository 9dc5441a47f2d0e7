import { propfind, syncCollection } from './bodies.ts'
import { type Client, XML } from './client.ts'
import type { ListState } from './cursor.ts'
import { answerError, notUnderstood } from './errors.ts'
import { asCollection } from './hrefs.ts'
import type { TaskList } from './lists.ts'
import { parseMultistatus, preconditionOf } from './multistatus.ts'
import { type Account, urlOf } from './place.ts'
import { DAV, nameOf, textOf } from './xml.ts'

/** A server that goes on truncating goes round in a circle. */
const MOST_PARTS = 200

/** What changed in a list: paths, sorted. `told`: the server said itself what is gone. `next`: where the list stands then. */
export type Delta = {
  readonly changed: readonly string[]
  readonly removed: readonly string[]
  readonly told: boolean
  readonly next: Omit<ListState, 'odd'>
}

/**
 * What changed in a list since a state of it, everything since null; null when the server does not know that state any
 * more. By its tokens where it has some (RFC 6578), else by the etags of all that is in it. Throws `gone` for a list
 * that is not there.
 */
export async function deltaOf(
  client: Client,
  account: Account,
  list: TaskList,
  since: Omit<ListState, 'odd'> | null,
): Promise<Delta | null> {
  if (since !== null && isUnchanged(list, since)) return { changed: [], removed: [], told: true, next: since }
  const byTokens = since === null ? list.syncs : since.etags === undefined
  const synced = byTokens ? await sync(client, account, list, since?.token ?? '') : 'refused'
  if (synced === 'unknown-token') return null
  if (synced !== 'refused') return synced
  // A state by tokens cannot be compared with etags.
  return since !== null && since.etags === undefined ? null : compare(client, account, list, since)
}

/**
 * A list's own properties, which were asked for before what changed, tell whether anything happened at all: its token where
 * it is known by one (RFC 6578, 4), else its ctag.
 */
function isUnchanged(list: TaskList, since: Omit<ListState, 'odd'>): boolean {
  if (since.etags === undefined) return since.token === list.token
  return since.ctag !== undefined && since.ctag === ctagOf(list).ctag
}

function ctagOf({ ctag }: TaskList): { readonly ctag?: string } {
  return ctag === null ? {} : { ctag }
}

async function sync(
  client: Client,
  account: Account,
  list: TaskList,
  from: string,
): Promise<Delta | 'unknown-token' | 'refused'> {
  const seen = new Map<string, boolean>()
  let token = from
  for (let part = 0; part < MOST_PARTS; part += 1) {
    const answer = await client.send(account, {
      method: 'REPORT',
      url: urlOf(account, list.path),
      purpose: 'read',
      // How deep it goes is said by the level in the body (RFC 6578, 3.3).
      headers: { ...XML, depth: '0' },
      body: syncCollection(token),
      takes: (status) => status === 207 || REFUSALS.includes(status),
    })
    if (answer.status !== 207) return refusalOf(answer, token)
    const told = parseMultistatus(answer.text)
    if (told?.token == null) throw notUnderstood('read')
    let truncated = false
    for (const { path, status, props } of told.responses) {
      if (asCollection(path) === list.path) truncated ||= status === 507
      else if (status === 404 || status === 410) seen.set(path, false)
      else if (props.size > 0 || status === null) seen.set(path, true)
      // It has changed, and the token that comes with this answer will not say so again.
      else if (isPassing(status)) throw answerError('read', { status, retryAfter: undefined, text: '' })
    }
    const goesOn = truncated && told.token !== token
    token = told.token
    if (!goesOn) return { ...sorted(seen), told: true, next: { token } }
  }
  throw notUnderstood('read')
}

/** That a server could not tell of a resource just now, and not that it may not. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 423 || status === 429
}

const REFUSALS = [400, 403, 405, 409, 412, 415, 422, 501]

/** Whoever refuses a token has forgotten it, whatever the words; whoever refuses to begin cannot do it. */
function refusalOf(
  answer: { readonly status: number; readonly text: string },
  token: string,
): 'unknown-token' | 'refused' {
  const precondition = preconditionOf(answer.text)
  if (token !== '') return 'unknown-token'
  if (precondition === nameOf(DAV, 'need-privileges'))
    throw answerError('read', { ...answer, retryAfter: undefined })
  return 'refused'
}

async function compare(
  client: Client,
  account: Account,
  list: TaskList,
  since: Omit<ListState, 'odd'> | null,
): Promise<Delta> {
  const told = await client.ask(account, {
    method: 'PROPFIND',
    url: urlOf(account, list.path),
    depth: '1',
    body: propfind(['d:getetag', 'd:resourcetype']),
  })
  if (!told.responses.some(({ path }) => asCollection(path) === list.path)) throw notUnderstood('read')
  const etags: Record<string, string> = {}
  for (const { path, props } of told.responses) {
    if (path.endsWith('/') || asCollection(path) === list.path) continue
    etags[path.slice(list.path.length)] = textOf(props.get(nameOf(DAV, 'getetag'))) ?? ''
  }
  const before = since?.etags ?? {}
  const seen = new Map<string, boolean>()
  for (const [name, etag] of Object.entries(etags))
    if (etag === '' || before[name] !== etag) seen.set(`${list.path}${name}`, true)
  for (const name of Object.keys(before))
    if (etags[name] === undefined) seen.set(`${list.path}${name}`, false)
  return { ...sorted(seen), told: false, next: { etags, ...ctagOf(list) } }
}

function sorted(seen: ReadonlyMap<string, boolean>): Pick<Delta, 'changed' | 'removed'> {
  const paths = [...seen.keys()].sort()
  return {
    changed: paths.filter((path) => seen.get(path)),
    removed: paths.filter((path) => seen.get(path) === false),
  }
}
