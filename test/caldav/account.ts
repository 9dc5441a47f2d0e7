import { randomUUID } from 'node:crypto'
import { createCalDav } from '../../src/providers/caldav/index.ts'
import type { Connection, Observation, Page, Provider, RemoteTask } from '../../src/providers/contract.ts'
import { XML_BODIES } from '../contract/caldav-xml.ts'
import { type HttpWeather, openHttpWeather } from '../contract/http-weather.ts'
import { countingGate, type TestGate, TestTime } from '../contract/time.ts'
import { type CalDavServer, startCalDav } from '../support/caldav-servers.ts'

/** An account at a Radicale of its own, its user's app, and the provider with a proxy in between. */
export type Account = {
  readonly provider: Provider
  readonly server: CalDavServer
  readonly weather: HttpWeather
  readonly gate: TestGate
  connect(changes?: Partial<Connection>): Connection
  /** A request of the user's app. `path` is below the user's home. Throws on any error. */
  user(
    method: string,
    path: string,
    body?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ readonly text: string; readonly etag: string }>
  makeList(name: string): Promise<void>
  /** A task of the user's, with these lines in it; its UID. */
  put(path: string, lines: readonly string[], uid?: string): Promise<string>
  close(): Promise<void>
}

export const LOGIN = { username: 'ann', password: 'a password' }
const NOW = Date.parse('2026-11-20T12:00:00Z')

export async function openAccount(): Promise<Account> {
  const server = await startCalDav('radicale', { durable: false })
  await server.setUsers({ [LOGIN.username]: LOGIN.password })
  const weather = await openHttpWeather(server.url, {}, { bodies: XML_BODIES })
  const provider = createCalDav({ now: () => NOW })
  const gate = countingGate(new TestTime())
  const authorization = `Basic ${Buffer.from(`${LOGIN.username}:${LOGIN.password}`).toString('base64')}`
  const account: Account = {
    provider,
    server,
    weather,
    gate,
    connect: (changes = {}) => ({
      id: 'caldav',
      baseUrl: weather.url,
      credentials: LOGIN,
      facts: null,
      gate,
      signal: new AbortController().signal,
      cursor: null,
      ...changes,
    }),
    async user(method, path, body, headers = {}) {
      const response = await fetch(`${server.url}/${LOGIN.username}/${path}`, {
        method,
        headers: { authorization, 'content-type': 'text/calendar; charset=utf-8', ...headers },
        ...(body === undefined ? {} : { body }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`The user's ${method} was answered ${response.status}: ${text}`)
      return { text, etag: response.headers.get('etag') ?? '' }
    },
    async makeList(name) {
      await account.user('MKCALENDAR', `${name}/`, MAKE_LIST, { 'content-type': 'application/xml' })
    },
    async put(path, lines, uid = randomUUID()) {
      await account.user('PUT', path, resource(uid, lines))
      return uid
    },
    async close() {
      await weather.close()
      await server.close()
    },
  }
  return account
}

const MAKE_LIST =
  '<c:mkcalendar xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:set><d:prop><c:supported-calendar-component-set><c:comp name="VTODO"/></c:supported-calendar-component-set></d:prop></d:set></c:mkcalendar>'

export function resource(uid: string, lines: readonly string[], ahead: readonly string[] = []): string {
  return `${[
    ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//A user//EN', ...ahead, 'BEGIN:VTODO'],
    ...[`UID:${uid}`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VTODO', 'END:VCALENDAR'],
  ].join('\r\n')}\r\n`
}

/** A walk to its end, with what it showed last of each task. */
export async function walked(
  { provider, connect }: Account,
  cursor: string | null,
  changes: Partial<Connection> = {},
): Promise<{ readonly last: Page; readonly seen: ReadonlyMap<string, Observation> }> {
  const seen = new Map<string, Observation>()
  const mode = cursor === null ? 'complete' : 'incremental'
  let position: string | null = null
  for (let pages = 0; pages < 50; pages += 1) {
    const page: Page = await provider.pull(connect(changes), { mode, cursor, position })
    for (const one of page.observations) seen.set(one.remoteId, one)
    if (page.position === null) return { last: page, seen }
    position = page.position
  }
  throw new Error('The walk has no end')
}

export function present(observation: Observation | undefined): RemoteTask {
  if (observation?.kind !== 'present') throw new Error(`The task is ${observation?.kind ?? 'not shown'}`)
  return observation.seen
}
