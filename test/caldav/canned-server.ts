import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Connection } from '../../src/providers/contract.ts'
import { countingGate, TestTime } from '../contract/time.ts'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}
export type Canned = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A server that answers as it is told: for what the real ones at hand do not do. `asked`: all requests, in order. */
export async function openCanned(answer: (asked: Asked) => Canned) {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const { method = '', url: path = '', headers } = request
    const one = { method, path, headers, body: Buffer.concat(chunks).toString('utf8') }
    asked.push(one)
    const { status, headers: given, body } = answer(one)
    response.writeHead(status, { 'content-type': 'application/xml', ...given }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    connect: (changes: Partial<Connection> = {}): Connection => ({
      id: 'canned',
      baseUrl: url,
      credentials: { username: 'ann', password: 'a password' },
      facts: null,
      gate: countingGate(new TestTime()),
      signal: new AbortController().signal,
      cursor: null,
      ...changes,
    }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

export const multistatus = (...rows: readonly string[]) =>
  `<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">${rows.join('')}</d:multistatus>`

export const row = (href: string, props: string) =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`

export const missing = (href: string, status = '404 Not Found') =>
  `<d:response><d:href>${href}</d:href><d:status>HTTP/1.1 ${status}</d:status></d:response>`

const SYNCS =
  '<d:supported-report-set><d:supported-report><d:report><d:sync-collection/></d:report></d:supported-report></d:supported-report-set>'

/** What is shown of a list; `more`: properties beside those that all have. */
export const calendar = (href: string, more: string): string =>
  row(href, `<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>${more}${SYNCS}`)

/** The answers of discovery, and one list at `/home/tasks/` whose changes stand at this token. */
export function discovery({ method, path, headers }: Asked, token: string): Canned | null {
  if (method !== 'PROPFIND') return null
  const shown = (...rows: readonly string[]) => ({ status: 207, body: multistatus(...rows) })
  const list = calendar('/home/tasks/', `<d:sync-token>${token}</d:sync-token>`)
  if (path === '/home/') return headers.depth === '1' ? shown(list) : shown()
  if (path === '/me/')
    return shown(row('/me/', '<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>'))
  if (path === '/.well-known/caldav')
    return shown(row(path, '<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>'))
  return { status: 404 }
}
