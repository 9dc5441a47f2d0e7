import { createCalDav } from '../../src/providers/caldav/index.ts'
import { type CalDavServer, type ServerKind, startCalDav } from '../support/caldav-servers.ts'
import { folderOf, forgetState, putMany, taskText } from './caldav-storage.ts'
import { CALDAV_WIRE, XML_BODIES } from './caldav-xml.ts'
import { openHttpWeather, type Way } from './http-weather.ts'
import { lazily } from './lazily.ts'
import { PAGE_OF_REAL } from './sizes.ts'
import { userOf } from './user.ts'
import type { Service } from './world.ts'

const PASSWORD = 'a password'
const ZONE = 'America/New_York'
/** What every write may move: ids, times, and how the completion is told. */
const VOLATILE =
  /^(UID|DTSTAMP|CREATED|LAST-MODIFIED|COMPLETED|STATUS|PERCENT-COMPLETE|PRODID|X-DEALBRIDGE-[A-Z]+)[:;]/
/** A task that is nowhere is looked for in the list of lists, and in its list by its name and by its UID. */
const MISSING_LOOKS = 3

const MAKE_LIST =
  '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><d:displayname>Tasks</d:displayname><c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>'

const READS = new Set(['PROPFIND', 'REPORT', 'GET'])
const HOMES: Readonly<Record<ServerKind, (username: string) => string>> = {
  radicale: (username) => `/${username}/`,
  xandikos: (username) => `/${username}/calendars/`,
}
/** A reminder, a place and two things of other apps: what no field holds. */
const DECORATION = [
  'GEO:48.85299;2.36885',
  'X-APPLE-SORT-ORDER:123',
  'X-OTHER-APP;X-HOW="a:b":one\\,two\\;three',
  'BEGIN:VALARM',
  'ACTION:DISPLAY',
  'DESCRIPTION:Soon',
  'TRIGGER;RELATED=END:-PT15M',
  'END:VALARM',
]

/** A server for all worlds of a test file: each world is a user of its own. */
export type CalDavFile = { readonly service: Service; close(): Promise<void> }

export function caldav(kind: ServerKind, name: string): CalDavFile {
  const server = lazily(
    () => startCalDav(kind, { durable: false }),
    (opened) => opened.close(),
  )
  const users: Record<string, string> = {}
  let count = 0
  const service: Service = {
    name,
    declares: createCalDav(),
    wire: CALDAV_WIRE,
    isReal: true,
    ...(kind === 'xandikos' ? { fewTroubles: true } : {}),
    async open(time) {
      const opened = await server.get()
      count += 1
      const username = `user${count}`
      const setPassword = async (password: string) => {
        users[username] = password
        await opened.setUsers(users)
      }
      await setPassword(PASSWORD)
      const credentials = { username, password: PASSWORD }
      const past = lazily(
        () => copyOf(opened, users),
        (copy) => copy.close(),
      )
      let lagging: string | null = null
      // Radicale looks at passwords itself; Xandikos believes the proxy in front of it.
      const wayOf = (target: string, authorization: string | undefined): Way =>
        kind === 'radicale' || authorization === basic({ username, password: users[username] ?? '' })
          ? { target, headers: { 'x-remote-user': username } }
          : null
      const weather = await openHttpWeather(
        opened.url,
        {},
        {
          bodies: XML_BODIES,
          wayOf: ({ method, headers }) =>
            wayOf(READS.has(method ?? '') ? (lagging ?? opened.url) : opened.url, headers.authorization),
        },
      )
      const usersDoor = await openHttpWeather(
        opened.url,
        {},
        { wayOf: ({ headers }) => wayOf(opened.url, headers.authorization) },
      )
      const asUser = userAt(usersDoor.url, credentials)
      const home = HOMES[kind](username)
      await asUser('MKCALENDAR', `${home}tasks/`, MAKE_LIST)
      const account = { id: 'caldav', baseUrl: weather.url, credentials }
      const user = userOf({
        provider: createCalDav(),
        account: { ...account, baseUrl: usersDoor.url },
        zone: ZONE,
        person: null,
      })
      const folder = folderOf(kind, opened.storage, username)
      let lists = 0
      /** Wherever in the account it is by now. */
      const find = async (id: string) => {
        const { text } = await asUser('PROPFIND', home, TOKEN, { depth: '1' })
        const paths = [...text.matchAll(/href>([^<]+)</g)].flatMap(([, href]) => href ?? [])
        const looks = await Promise.allSettled(
          paths.map(async (list) => {
            const path = `${list}${encodeURIComponent(id)}.ics`
            return { path, ...(await asUser('GET', path)) }
          }),
        )
        return looks.find((look) => look.status === 'fulfilled')?.value ?? { path: '', text: '', etag: '' }
      }
      const addLines = async (id: string, lines: readonly string[]) => {
        const { path, text, etag } = await find(id)
        const changed = text.replace(/END:VTODO/, [...lines, 'END:VTODO'].join('\r\n'))
        await asUser('PUT', path, changed, { 'if-match': etag, 'content-type': 'text/calendar' })
      }
      return {
        provider: createCalDav({ now: time.now, page: PAGE_OF_REAL }),
        account,
        weather,
        zone: ZONE,
        person: null,
        user: {
          ...user,
          addMany: (many) => putMany(kind, folder, many),
          async addList() {
            lists += 1
            await asUser('MKCALENDAR', `${home}list-${lists}/`, MAKE_LIST)
            return `list-${lists}`
          },
          decorate: (id) => addLines(id, DECORATION),
          repeat: (id) => addLines(id, ['RRULE:FREQ=DAILY']),
          async held(id) {
            const { text } = await find(id)
            const lines = text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/)
            return { lines: lines.filter((line) => line !== '' && !VOLATILE.test(line)).sort() }
          },
        },
        alter: weather.alter,
        access: {
          revoke: () => setPassword('another one'),
          restore: () => setPassword(PASSWORD),
          swapAccount: null,
        },
        writes: 'one-by-one',
        missingLooks: MISSING_LOOKS,
        limit: async () => {},
        advance: async () => {},
        async lag(ms) {
          lagging = ms === 0 ? null : (await past.get()).url
        },
        forgetCursors: () => forget(kind, folder, asUser, `${home}tasks/`),
        async close() {
          await Promise.all([weather.close(), usersDoor.close(), past.close()])
        },
      }
    },
  }
  return { service, close: () => server.close() }
}

type AsUser = (
  method: string,
  path: string,
  body?: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<{ readonly text: string; readonly etag: string }>

/** The user's own app, which says what goes wrong. */
function userAt(url: string, login: Login): AsUser {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { 'content-type': 'application/xml', ...headers, authorization: basic(login) },
      ...(body === undefined ? {} : { body }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`The user's ${method} was answered ${response.status}: ${text}`)
    return { text, etag: response.headers.get('etag') ?? '' }
  }
}

type Login = { readonly username: string; readonly password: string }

function basic({ username, password }: Login): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
}

async function copyOf(server: CalDavServer, users: Readonly<Record<string, string>>): Promise<CalDavServer> {
  const copy = await server.copy()
  await copy.setUsers(users)
  return copy
}

/** A token that still says how things are is as good as ever: so something happens first, and then it is forgotten. */
async function forget(kind: ServerKind, folder: string, asUser: AsUser, list: string): Promise<void> {
  const { text } = await asUser('PROPFIND', list, TOKEN)
  const token = /sync-token>([^<]+)</.exec(text)?.[1] ?? ''
  const { etag } = await asUser('PUT', `${list}x.ics`, taskText('x', 'x'), {
    'content-type': 'text/calendar',
  })
  await asUser('DELETE', `${list}x.ics`, undefined, { 'if-match': etag })
  // In git, where nothing is left of that, its state is the former one again.
  await asUser('PROPPATCH', list, RENAMED)
  await forgetState(kind, folder, token)
}

const TOKEN = '<d:propfind xmlns:d="DAV:"><d:prop><d:sync-token/></d:prop></d:propfind>'
const RENAMED =
  '<d:propertyupdate xmlns:d="DAV:"><d:set><d:prop><d:displayname>Renamed</d:displayname></d:prop></d:set></d:propertyupdate>'
