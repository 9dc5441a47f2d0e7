import type { DbTime } from '../contract.ts'
import { multiget, taskQuery } from './bodies.ts'
import { MULTIGET } from './capabilities.ts'
import type { Client } from './client.ts'
import { notUnderstood } from './errors.ts'
import { pathOf } from './hrefs.ts'
import type { Resource } from './mapping.ts'
import type { DavResponse, Multistatus } from './multistatus.ts'
import { type Account, urlOf } from './place.ts'
import { allInPool, inBatches } from './pool.ts'
import { CALDAV, DAV, nameOf, textOf } from './xml.ts'

/** What a look at resources of one collection showed; a path that is not among them is not there. */
export type Fetched = { readonly askedAt: DbTime; readonly found: ReadonlyMap<string, Resource> }

/**
 * Looks at these resources of a collection; one request for every `MULTIGET`. Throws `gone` where the collection is not
 * there. A resource of which the answer says nothing is asked for by itself.
 */
export async function fetchResources(
  client: Client,
  account: Account,
  collection: string,
  paths: readonly string[],
): Promise<Fetched> {
  const looks = await allInPool(inBatches(paths, MULTIGET), async (batch) => {
    const told = await client.ask(account, {
      method: 'REPORT',
      url: urlOf(account, collection),
      depth: '1',
      body: multiget(batch, ['d:getetag', 'c:calendar-data']),
    })
    const found = resourcesIn(told)
    const answered = new Set(told.responses.map(({ path }) => path))
    const left = batch.filter((path) => !answered.has(path))
    for (const one of await allInPool(left, (path) => getResource(client, account, path)))
      if (one !== null) found.set(one.path, one)
    return { askedAt: told.askedAt, found }
  })
  const [first] = looks
  if (first === undefined) throw new RangeError('A look at no resources has no answer.')
  return { askedAt: first.askedAt, found: new Map(looks.flatMap(({ found }) => [...found])) }
}

/** Those of these resources that are there. */
export async function existing(
  client: Client,
  account: Account,
  collection: string,
  paths: readonly string[],
): Promise<string[]> {
  const looks = await allInPool(inBatches(paths, MULTIGET), async (batch) => {
    const { responses } = await client.ask(account, {
      method: 'REPORT',
      url: urlOf(account, collection),
      depth: '1',
      body: multiget(batch, ['d:getetag']),
    })
    return responses.filter(({ props }) => props.size > 0).map(({ path }) => path)
  })
  return looks.flat()
}

/** Tasks of a collection, all of them, or those of one UID. */
export async function queryTasks(
  client: Client,
  account: Account,
  collection: string,
  uid: string | null,
): Promise<Fetched> {
  const told = await client.ask(account, {
    method: 'REPORT',
    url: urlOf(account, collection),
    depth: '1',
    body: taskQuery(uid, ['d:getetag', 'c:calendar-data']),
  })
  return { askedAt: told.askedAt, found: resourcesIn(told) }
}

/** One resource; null where there is none. */
export async function getResource(client: Client, account: Account, path: string): Promise<Resource | null> {
  const answer = await client.send(account, {
    method: 'GET',
    url: urlOf(account, path),
    purpose: 'read',
    takes: (status) => status === 200 || status === 404 || status === 410,
  })
  if (answer.status !== 200) return null
  // A page of somebody else is no resource.
  if (!answer.text.trimStart().toUpperCase().startsWith('BEGIN:VCALENDAR')) throw notUnderstood('read')
  return { path, etag: answer.header('etag') ?? null, text: answer.text }
}

function resourcesIn({ responses }: Multistatus): Map<string, Resource> {
  const found = new Map<string, Resource>()
  for (const response of responses) {
    const one = resourceOf(response)
    if (one !== null) found.set(one.path, one)
  }
  return found
}

/** Null for what is said not to be there. Throws on a resource that is there and whose content is kept back. */
function resourceOf({ path, status, props }: DavResponse): Resource | null {
  const text = props.get(nameOf(CALDAV, 'calendar-data'))?.text
  if (text !== undefined)
    return { path: pathOf(path) ?? path, etag: textOf(props.get(nameOf(DAV, 'getetag'))) ?? null, text }
  if (status === 404 || status === 410) return null
  throw notUnderstood('read')
}
