import type { DbTime } from '../contract.ts'
import { propfind } from './bodies.ts'
import { type Asker, type Client, XML } from './client.ts'
import { invalid, notUnderstood } from './errors.ts'
import { asCollection, pathOf } from './hrefs.ts'
import { isTaskList, LIST_PROPS, listsIn } from './lists.ts'
import { type DavResponse, parseMultistatus } from './multistatus.ts'
import { mayFollow } from './redirects.ts'
import { CALDAV, childOf, DAV, nameOf, textOf } from './xml.ts'

/** Where an account's lists lie, and who it is. `principal`: a path. `firstList`: the path of its first task list. */
export type Discovered = {
  readonly askedAt: DbTime
  readonly home: URL
  readonly principal: string
  readonly firstList: string | null
}

const WELL_KNOWN = '/.well-known/caldav'
const MAX_HOPS = 5
const NO_SERVER = 'No CalDAV server answers at this address.'
const HINT = 'Copy the CalDAV address from the settings of the service. It begins with https:// as a rule.'

type Found = { readonly askedAt: DbTime; readonly url: URL; readonly here: DavResponse }

/**
 * From an address that a person typed to the account's lists: the address itself, where it names more than a server,
 * then the well-known one (RFC 6764), then the server's root; there the principal, there the home (RFC 4791, 6.2.1).
 */
export async function discover(client: Client, asker: Asker, baseUrl: string): Promise<Discovered> {
  const typed = typedUrl(baseUrl)
  const found = await firstThatKnows(client, asker, typed)
  const principal = principalIn(found) ?? found.url
  const home = homeIn(found) ?? (await homeOf(client, asker, typed, principal))
  const place = home ?? (isTaskList(found.here) ? found.url : null)
  if (place === null) throw invalid('This CalDAV account has no place for calendars and tasks.', HINT)
  const lists = await at(client, asker, typed, place, '1')
  if (lists === null) throw invalid(NO_SERVER, HINT)
  const [first] = listsIn(lists.all, asCollection(pathOf(lists.url.href) ?? '/'))
  return {
    askedAt: found.askedAt,
    home: new URL(asCollection(lists.url.pathname), lists.url),
    principal: pathOf(principal.href) ?? '/',
    firstList: first?.path ?? null,
  }
}

function typedUrl(baseUrl: string): URL {
  const url = URL.canParse(baseUrl.trim()) ? new URL(baseUrl.trim()) : null
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) throw invalid(NO_SERVER, HINT)
  url.username = ''
  url.password = ''
  return url
}

async function firstThatKnows(client: Client, asker: Asker, typed: URL): Promise<Found> {
  const candidates = [
    ...(typed.pathname === '/' ? [] : [typed]),
    new URL(WELL_KNOWN, typed),
    new URL('/', typed),
  ]
  let some: Found | null = null
  for (const candidate of candidates) {
    const found = await at(client, asker, typed, candidate, '0')
    if (found === null) continue
    if (principalIn(found) !== null || homeIn(found) !== null) return found
    if (isTaskList(found.here)) some ??= found
  }
  if (some === null) throw invalid(NO_SERVER, HINT)
  return some
}

async function homeOf(client: Client, asker: Asker, typed: URL, principal: URL): Promise<URL | null> {
  const found = await at(client, asker, typed, principal, '0')
  return found === null ? null : homeIn(found)
}

/** What is at an address, redirects followed; null where nothing speaks WebDAV there. */
async function at(
  client: Client,
  asker: Asker,
  typed: URL,
  start: URL,
  depth: '0' | '1',
): Promise<(Found & { readonly all: readonly DavResponse[] }) | null> {
  let url = start
  for (let hops = 0; hops < MAX_HOPS; hops += 1) {
    if (!mayFollow(typed, url)) {
      throw invalid(
        'The CalDAV server sends to another server, which gets no password.',
        'Enter the address of that other server, if it is the right one.',
      )
    }
    const answer = await client.send(asker, {
      method: 'PROPFIND',
      url,
      purpose: 'read',
      headers: { ...XML, depth },
      body: propfind(['d:current-user-principal', 'c:calendar-home-set', ...LIST_PROPS]),
      takes: (status) => status < 400 || [403, 404, 405, 410, 501].includes(status),
    })
    if (answer.status === 207) {
      const told = parseMultistatus(answer.text)
      const path = pathOf(url.href)
      const here = told?.responses.find((one) => asCollection(one.path) === asCollection(path ?? ''))
      if (told === null) throw notUnderstood('read')
      const row = here ?? told.responses[0]
      return row === undefined ? null : { askedAt: answer.askedAt, url, here: row, all: told.responses }
    }
    const location = answer.status >= 300 && answer.status < 400 ? answer.header('location') : undefined
    if (location === undefined || !URL.canParse(location, url.href)) return null
    url = new URL(location, url)
  }
  throw invalid('The CalDAV server sends round in a circle.', HINT)
}

function principalIn({ here, url }: Found): URL | null {
  const principal = here.props.get(nameOf(DAV, 'current-user-principal'))
  const href = textOf(childOf(principal, DAV, 'href'))
  return href !== undefined && URL.canParse(href, url.href) ? new URL(href, url) : null
}

/** Where there are several homes the first one counts. */
function homeIn({ here, url }: Found): URL | null {
  const homes = here.props.get(nameOf(CALDAV, 'calendar-home-set'))
  const href = textOf(childOf(homes, DAV, 'href'))
  return href !== undefined && URL.canParse(href, url.href) ? new URL(href, url) : null
}
