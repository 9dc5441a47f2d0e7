import { afterEach, describe, expect, test } from 'vitest'
import { createCalDav } from '../../src/providers/caldav/index.ts'
import { mayFollow } from '../../src/providers/caldav/redirects.ts'
import type { ProviderError } from '../../src/providers/provider-error.ts'
import { resource } from './account.ts'
import {
  type Asked,
  type Canned,
  calendar,
  discovery,
  missing,
  multistatus,
  openCanned,
  row,
} from './canned-server.ts'
import { updateOp } from './ops.ts'

/** What real servers do that none of those at hand does. */
let close: () => Promise<void> = async () => {}
afterEach(() => close())

async function canned(answer: (asked: Asked) => Canned) {
  const server = await openCanned(answer)
  close = server.close
  return server
}
const failure = (call: Promise<unknown>) =>
  call.then(
    () => {
      throw new Error('The call must fail')
    },
    (error: unknown) => error as ProviderError,
  )

describe('signing in', () => {
  const challenge = (nonce: string, more = '') => ({
    status: 401,
    headers: {
      'www-authenticate': `Digest realm="r", qop="auth", algorithm=SHA-256, nonce="${nonce}"${more}`,
    },
  })

  test('by Digest where the server asks for it, with each nonce counted up, and a stale one renewed', async () => {
    let nonce = 'one'
    const server = await canned((asked) => {
      const given = String(asked.headers.authorization)
      if (!given.startsWith('Digest ')) return challenge(nonce)
      if (!given.includes(`nonce="${nonce}"`)) return challenge(nonce, ', stale=true')
      return discovery(asked, 't') ?? { status: 404 }
    })
    const provider = createCalDav()
    await provider.check(server.connect())
    const counts = () =>
      server.asked.map(({ headers }) => /nc=(\w+)/.exec(String(headers.authorization))?.[1])
    expect(counts()).toEqual([undefined, '00000001', '00000002', '00000003'])
    nonce = 'two'
    await provider.check(server.connect())
    expect(counts().slice(4)).toEqual(['00000004', '00000001', '00000002', '00000003'])
  })

  test('a password that was refused is not sent again', async () => {
    for (const header of ['Basic realm="r"', 'Basic realm="r", Digest realm="r", nonce="n"', 'Negotiate']) {
      const server = await canned(() => ({ status: 401, headers: { 'www-authenticate': header } }))
      expect((await failure(createCalDav().check(server.connect()))).kind, header).toBe('auth')
      expect(server.asked).toHaveLength(1)
      await server.close()
    }
    const server = await canned(() => challenge('n'))
    expect((await failure(createCalDav().check(server.connect()))).kind).toBe('auth')
    expect(server.asked).toHaveLength(2)
  })
})

describe('the way to the lists', () => {
  test('is followed through redirects, and a whole address is tried first', async () => {
    const server = await canned((asked) =>
      asked.path === '/dav' || asked.path === '/.well-known/caldav'
        ? { status: 301, headers: { location: '/principals' } }
        : asked.path === '/principals'
          ? {
              status: 207,
              body: multistatus(
                row(
                  '/principals',
                  '<d:current-user-principal><d:href>/me/</d:href></d:current-user-principal>',
                ),
              ),
            }
          : (discovery(asked, 't') ?? { status: 404 }),
    )
    for (const baseUrl of [server.url, `${server.url}/dav`]) {
      const facts = await createCalDav().check(server.connect({ baseUrl }))
      expect(facts).toMatchObject({
        userId: '/me/',
        accountId: `${server.url}/home/`,
        probes: { home: `${server.url}/home/`, list: '/home/tasks/' },
      })
    }
    expect(server.asked.map(({ path }) => path)).toContain('/dav')
  })

  test('does not lead to servers of others, nor round in a circle', async () => {
    for (const location of ['http://caldav.example.org/', '/.well-known/caldav']) {
      const server = await canned(() => ({ status: 302, headers: { location } }))
      expect((await failure(createCalDav().check(server.connect()))).kind, location).toBe('invalid')
      await server.close()
    }
  })

  test.each([
    ['https://caldav.icloud.com', 'https://p42-caldav.icloud.com:443/1/', true],
    ['https://example.com', 'https://dav.example.com/', true],
    ['https://dav.example.com', 'https://example.com/', true],
    ['https://example.com', 'http://example.com/', false],
    ['https://example.com', 'https://example.org/', false],
    ['https://example.com', 'https://notexample.com/', false],
    ['https://a.co.uk', 'https://b.co.uk/', false],
    ['https://example.com', 'https://127.0.0.1/', false],
    ['http://127.0.0.1', 'http://127.0.0.2/', false],
  ])('from %s to %s: %s', (typed, next, may) => {
    expect(mayFollow(new URL(typed), new URL(next))).toBe(may)
  })

  test('what is no CalDAV server is said to be none, without a word of the account', async () => {
    const server = await canned(() => ({
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<p>Hello</p>',
    }))
    const error = await failure(createCalDav().check(server.connect()))
    expect(error.kind).toBe('invalid')
    expect(`${error.message} ${error.hint}`).not.toContain('ann')
  })
})

const task = (uid: string, title: string) =>
  row(
    `http://another.name:80/home/tasks/${uid}.ics`,
    `<d:getetag>"${title}"</d:getetag><c:calendar-data>${resource(uid, [`SUMMARY:${title}`])}</c:calendar-data>`,
  )

describe('a list of changes', () => {
  test('that is cut off by the server goes on with the token that came along', async () => {
    const parts: Readonly<Record<string, string>> = {
      '': `${row('/home/tasks/a.ics', '<d:getetag>"A"</d:getetag>')}${missing('/home/tasks/', '507 Insufficient Storage')}<d:sync-token>half</d:sync-token>`,
      half: `${row('/home/tasks/b.ics', '<d:getetag>"B"</d:getetag>')}<d:sync-token>whole</d:sync-token>`,
    }
    const server = await canned((asked) => {
      const token = /<d:sync-token>(.*)<\/d:sync-token>/.exec(asked.body)?.[1] ?? ''
      if (asked.body.includes('sync-collection'))
        return { status: 207, body: multistatus(parts[token] ?? '') }
      if (asked.body.includes('multiget'))
        return { status: 207, body: multistatus(task('a', 'A'), task('b', 'B')) }
      return discovery(asked, 'whole') ?? { status: 404 }
    })
    const page = await createCalDav().pull(server.connect(), {
      mode: 'complete',
      cursor: null,
      position: null,
    })
    expect(page.observations.map(({ remoteId }) => remoteId)).toEqual(['a', 'b'])
    expect(page.complete).toBe(true)
    expect(JSON.parse(page.cursor ?? '').lists.tasks.token).toBe('whole')
  })

  test.each(['500 Internal Server Error', '423 Locked'])(
    'in which a resource is told by %s fails as a whole: its token would not tell of it again',
    async (status) => {
      const server = await canned((asked) =>
        asked.body.includes('sync-collection')
          ? {
              status: 207,
              body: multistatus(missing('/home/tasks/a.ics', status), '<d:sync-token>new</d:sync-token>'),
            }
          : (discovery(asked, 'new') ?? { status: 404 }),
      )
      const pull = createCalDav().pull(server.connect(), { mode: 'complete', cursor: null, position: null })
      expect(await failure(pull)).toMatchObject({ kind: 'transient' })
    },
  )

  test.each([
    { lists: 3, asked: ['home', 'list 0', 'list 1', 'list 2'] },
    { lists: 4, asked: ['home', 'list 1'] },
  ])('of $lists known lists asks $asked: few at once, of many those that have changed', async (given) => {
    const nths = Array.from({ length: given.lists }, (_, nth) => nth)
    const now = (nth: number) => (nth === 1 ? 'new' : 'old')
    const server = await canned((asked) => {
      const { path, body, headers } = asked
      const nth = nths.find((one) => path === `/home/${one}/`)
      if (nth !== undefined)
        return { status: 207, body: multistatus(`<d:sync-token>${now(nth)}</d:sync-token>`) }
      if (path !== '/home/' || headers.depth !== '1') return discovery(asked, 'old') ?? { status: 404 }
      const token = (one: number) =>
        body.includes('sync-token') ? `<d:sync-token>${now(one)}</d:sync-token>` : ''
      return { status: 207, body: multistatus(...nths.map((one) => calendar(`/home/${one}/`, token(one)))) }
    })
    const states = nths.map((nth) => [String(nth), { token: 'old', odd: {} }] as const)
    const cursor = JSON.stringify({ lists: Object.fromEntries(states) })
    const page = await createCalDav().pull(server.connect(), { mode: 'incremental', cursor, position: null })
    const asked = server.asked.map(({ path }) => (path === '/home/' ? 'home' : `list ${path.at(-2)}`))
    expect(asked.slice(-given.asked.length - 1)).toEqual(['home', ...given.asked])
    expect(page.cursor).toBe(cursor.replace('"1":{"token":"old"', '"1":{"token":"new"'))
  })

  test.each([400, 403, 409, 412])('whose token is refused by %i is asked for anew, whole', async (status) => {
    const server = await canned((asked) => {
      if (asked.body.includes('<d:sync-token>old</d:sync-token>')) return { status, body: '<p/>' }
      if (asked.body.includes('sync-collection'))
        return {
          status: 207,
          body: multistatus(
            row('/home/tasks/a.ics', '<d:getetag>"A"</d:getetag>'),
            '<d:sync-token>new</d:sync-token>',
          ),
        }
      if (asked.body.includes('multiget')) return { status: 207, body: multistatus(task('a', 'A')) }
      return discovery(asked, 'new') ?? { status: 404 }
    })
    const provider = createCalDav()
    const cursor = JSON.stringify({ lists: { tasks: { token: 'old', odd: {} } } })
    const first = await provider.pull(server.connect(), { mode: 'incremental', cursor, position: null })
    expect([first.complete, first.observations]).toEqual([false, []])
    const second = await provider.pull(server.connect(), {
      mode: 'incremental',
      cursor,
      position: first.position,
    })
    expect(second.observations.map(({ remoteId }) => remoteId)).toEqual(['a'])
    expect(second.complete).toBe(true)
  })
})

describe('what the server does not show', () => {
  const readWith = async (multiget: Canned) => {
    const server = await canned((asked) =>
      asked.method === 'REPORT' ? multiget : (discovery(asked, 't') ?? { status: 404 }),
    )
    return failure(createCalDav().read(server.connect(), ['a']))
  }
  const path = '/home/tasks/a.ics'
  const keptBack = (status: string) =>
    `<d:response><d:href>${path}</d:href><d:propstat><d:prop><c:calendar-data/></d:prop><d:status>HTTP/1.1 ${status}</d:status></d:propstat></d:response>`

  test.each([
    ['refused as a whole', missing(path, '403 Forbidden')],
    ['out of order', missing(path, '500 Internal Server Error')],
    ['out of order for now', missing(path, '503 Service Unavailable')],
    ['there without its content', row(path, '<d:getetag>"A"</d:getetag>')],
    ['there with its content kept back', keptBack('403 Forbidden')],
    ['there with its content out of order', keptBack('500 Internal Server Error')],
  ])('of a task that is %s is no deletion', async (_how, told) => {
    expect((await readWith({ status: 207, body: multistatus(told) })).kind).toBe('transient')
  })

  test.each([
    [403, 'not-visible'],
    [500, 'transient'],
    [503, 'transient'],
  ])('of a list that answers %i is no deletion of its tasks', async (status, kind) => {
    expect((await readWith({ status })).kind).toBe(kind)
  })
})

describe('etags', () => {
  test('that a proxy has made weak are sent as they are, then as the server knows them, and never none', async () => {
    const conditions: unknown[] = []
    const body = resource('a', ['SUMMARY:A'])
    const server = await canned((asked) => {
      if (asked.method === 'PUT') {
        conditions.push(asked.headers['if-match'])
        return asked.headers['if-match'] === '"1"'
          ? { status: 204, headers: { etag: '"2"' } }
          : { status: 412 }
      }
      if (asked.method === 'GET') return { status: 200, headers: { etag: 'W/"1"' }, body }
      if (asked.body.includes('multiget'))
        return {
          status: 207,
          body: multistatus(
            row(
              '/home/tasks/a.ics',
              `<d:getetag>W/"1"</d:getetag><c:calendar-data>${body}</c:calendar-data>`,
            ),
          ),
        }
      return discovery(asked, 't') ?? { status: 404 }
    })
    const provider = createCalDav()
    const connection = server.connect()
    const { observations } = await provider.read(connection, ['a'])
    const [seen] = observations
    if (seen?.kind !== 'present') throw new Error('The task is there')
    const { results } = await provider.write(connection, [updateOp('a', seen.seen, { title: 'New' })])
    expect(results[0]?.steps).toEqual([{ name: 'fields', outcome: 'confirmed' }])
    expect(conditions).toEqual(['W/"1"', '"1"'])
  })
})

describe('a task that is moved', () => {
  const body = resource('a', ['SUMMARY:A'])
  const lists = ['/home/one/', '/home/two/']
  const shown = { status: 200, headers: { etag: '"1"' }, body }
  /** A server without MOVE, or whose MOVE is too late. `there`: what is asked for by its path; `at`: where a search finds it. */
  const serverOf = (given: { move: number; there(path: string): boolean; at: string; remove: number }) =>
    canned(({ method, path, body: asked, headers }) => {
      if (method === 'MOVE') return { status: given.move }
      if (method === 'PUT') return { status: 201, headers: { etag: '"1"' } }
      if (method === 'DELETE') return { status: path.startsWith('/home/one/') ? given.remove : 204 }
      if (method === 'GET') return given.there(path) ? shown : { status: 404 }
      if (asked.includes('multiget') || asked.includes('calendar-query')) {
        const found = `<d:getetag>"1"</d:getetag><c:calendar-data>${body}</c:calendar-data>`
        const tells = path === given.at.slice(0, path.length) && asked.includes('calendar-data')
        return { status: 207, body: multistatus(...(tells ? [row(given.at, found)] : [])) }
      }
      if (path === '/home/' && headers.depth === '1')
        return { status: 207, body: multistatus(...lists.map((list) => calendar(list, ''))) }
      return discovery({ method, path, body: asked, headers }, 't') ?? { status: 404 }
    })
  const moved = async (server: Awaited<ReturnType<typeof canned>>) => {
    const provider = createCalDav()
    const connection = server.connect()
    const seen = (await provider.read(connection, ['a'])).observations[0]
    if (seen?.kind !== 'present') throw new Error('The task is there')
    const op = updateOp('a', seen.seen, { list: 'two' })
    const { results } = await provider.write(connection, [op])
    const sent = server.asked.filter(({ method }) => ['MOVE', 'PUT', 'DELETE'].includes(method))
    return {
      steps: results[0]?.steps.map(({ outcome }) => outcome),
      sent: sent.map(({ method, path }) => `${method} ${path}`),
    }
  }

  test('by its user at the same moment is not copied', async () => {
    const server = await serverOf({ move: 404, there: () => false, at: '/home/one/a.ics', remove: 404 })
    expect(await moved(server)).toEqual({ steps: ['skipped'], sent: ['MOVE /home/one/a.ics'] })
  })

  test('where there is no MOVE is copied, and its copy goes again when its user has moved the original meanwhile', async () => {
    const server = await serverOf({ move: 405, there: () => true, at: '/home/one/a.ics', remove: 404 })
    expect(await moved(server)).toEqual({
      steps: ['skipped'],
      sent: [
        'MOVE /home/one/a.ics',
        'PUT /home/two/a.ics',
        'DELETE /home/one/a.ics',
        'DELETE /home/two/a.ics',
      ],
    })
  })
})
