import { afterEach, beforeEach, expect, it } from 'vitest'
import { AS_USER, simClient } from '../../../simulators/kit/client.ts'
import type { RunningSim } from '../../../simulators/kit/service.ts'
import { startTodoist } from '../../../simulators/todoist/start.ts'
import { API_SECRET } from '../../../test/receiver/administration.ts'
import { type ApiBed, openApiBed } from '../../../test/receiver/api.ts'
import { allConnections, openCredentials } from '../../store/connections.ts'
import { setRouteState } from '../../store/routes.ts'
import type { ShownConnection, ShownRoute } from './administration-schemas.ts'

type Refused = { readonly type: string; readonly detail?: string }
type Mapping = { readonly id: string; readonly left: string; readonly direction: string }

let bed: ApiBed
let sims: RunningSim[]

beforeEach(async () => {
  bed = await openApiBed()
  sims = await Promise.all(
    [1, 2].map((seed) => startTodoist({ port: 0, data: 'empty', seed, settings: { userId: String(seed) } })),
  )
})
afterEach(async () => {
  await Promise.all(sims.map((sim) => sim.close()))
  await bed[Symbol.asyncDispose]()
})

const urlOf = (at: number) => sims[at]?.url ?? ''
const account = (name: string, at = 0, token = 'opensesame') => ({
  name,
  provider: 'todoist',
  baseUrl: urlOf(at),
  credentials: { token },
})
const post = <T>(path: string, body?: object) => bed.call<T>('POST', path, body === undefined ? {} : { body })
const connect = async (name: string, at = 0) =>
  (await post<ShownConnection>('/connections', account(name, at))).body
const newList = async (name: string, at = 0) =>
  (
    await simClient(urlOf(at), { ...AS_USER, authorization: 'Bearer user' }).call<{ id: string }>(
      'POST',
      '/api/v1/projects',
      { name },
    )
  ).body.id
const addRoute = async (name = 'lists') => {
  const [left, right] = [await connect('work'), await connect('home', 1)]
  return (await post<ShownRoute>('/routes', { name, left: left.id, right: right.id })).body
}
const codes = (answers: readonly { readonly status: number }[]) => answers.map(({ status }) => status).sort()

it('an account is connected by a key that its service takes, and nothing that is answered holds it', async () => {
  const made = await post<ShownConnection>('/connections', account('work'))
  expect([made.status, made.headers.get('location')]).toEqual([201, `/connections/${made.body.id}`])
  expect(made.body).toMatchObject({ name: 'work', state: 'ok', back: false, told: true })
  expect(bed.told).toEqual([`start ${made.body.id}`])
  const all = await bed.call<{ connections: ShownConnection[] }>('GET', '/connections')
  const one = await bed.call('GET', `/connections/${made.body.id}`)
  expect(all.body.connections.map(({ name }) => name)).toEqual(['work'])
  expect(JSON.stringify([made.body, all.body, one.body])).not.toMatch(/opensesame|v1\./u)
})

it('what is refused stores nothing, says why in the words of the command, and repeats no secret', async () => {
  await connect('work')
  const url = new URL(urlOf(1))
  url.password = 'opensesame'
  await simClient(urlOf(1), AS_USER).call('POST', '/__sim/keys', { keys: ['another'] })
  const refused: readonly (readonly [object, number, string])[] = [
    [account('work', 1), 409, 'name-taken'],
    [account('again'), 409, 'connected-already'],
    [account('home', 1), 422, 'key-refused'],
    [{ ...account('home'), credentials: {} }, 422, 'credentials-missing'],
    [{ ...account('home'), provider: 'todois' }, 422, 'no-such-provider'],
    [{ ...account('home'), baseUrl: 'http://127.0.0.1:9' }, 502, 'service-unreachable'],
    [{ ...account('home'), baseUrl: url.href }, 422, 'secret-in-url'],
    [{ ...account('home'), credentials: { token: ['opensesame'] } }, 422, 'bad-values'],
    [{ ...account('home'), pollSeconds: 0 }, 422, 'bad-values'],
  ]
  for (const [body, status, name] of refused) {
    const answer = await post<Refused>('/connections', body)
    expect([answer.status, answer.body.type], name).toEqual([status, `urn:dealbridge:problem:${name}`])
    expect(JSON.stringify(answer.body)).not.toContain('opensesame')
  }
  expect(await bed.db`select name from connection`).toEqual([{ name: 'work' }])
  for (const path of ['/connections/999', '/connections/x', '/routes/999', '/mappings/999'])
    expect((await bed.call('GET', path)).status, path).toBe(404)
})

it('requests for one account or name at the same time connect it once', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'c', 'd', 'a'].map((name) => post('/connections', account(name))),
  )
  expect(codes(answers)).toEqual([201, 409, 409, 409, 409])
  expect(await allConnections(bed.db)).toHaveLength(1)
})

it('is edited, paused and let go on; what is not said stays, whoever edits at the same time', async () => {
  const { id } = await connect('work')
  const path = `/connections/${id}`
  const patch = (body: object) => bed.call<ShownConnection & Refused>('PATCH', path, { body })
  const both = await Promise.all([
    patch({ name: 'office' }),
    patch({ pollSeconds: 10 }),
    patch({ credentials: { token: 'another' } }),
    patch({ credentials: { webhookSecret: 'shh' } }),
  ])
  expect(codes(both)).toEqual([200, 200, 200, 200])
  const [row] = await allConnections(bed.db)
  expect(row).toMatchObject({ name: 'office', pollSeconds: 10 })
  expect(row && openCredentials(row, API_SECRET)).toEqual({ token: 'another', webhookSecret: 'shh' })
  expect((await patch({ baseUrl: urlOf(1) })).body.type).toBe('urn:dealbridge:problem:other-account')
  expect((await patch({ state: 'paused' })).body.state).toBe('paused')
  expect((await patch({ credentials: { token: 'third' } })).body.state).toBe('paused')
  expect((await bed.call<Refused>('GET', `${path}/lists`)).body.type).toBe('urn:dealbridge:problem:not-ok')
  bed.told.length = 0
  expect((await patch({ state: 'ok' })).body.state).toBe('ok')
  expect(bed.told).toEqual([`retry ${id}`])
  await newList('Offers')
  const lists = await bed.call<{ lists: { name: string }[] }>('GET', `${path}/lists`)
  expect(lists.body.lists.map(({ name }) => name)).toEqual(['Inbox', 'Offers'])
  expect((await post<{ workflowId: string }>(`${path}/sync`)).body.workflowId).toBe(`sync/connection/${id}`)
})

it('is removed cleanly by a workflow: its routes end at once, and it is there until its account is clean', async () => {
  const route = await addRoute()
  const path = `/connections/${route.left}`
  expect(await bed.call('DELETE', `${path}?clean=true`)).toMatchObject({
    status: 202,
    body: { id: route.left, routes: ['lists'], told: true, workflowId: `clean/${route.left}` },
  })
  expect(bed.told).toContain(`clean ${route.left}`)
  expect((await bed.call('GET', `/routes/${route.id}`)).status).toBe(404)
  expect((await bed.call('GET', path)).status).toBe(200)
  const { right } = route
  expect((await post<Refused>('/routes', { name: 'again', left: route.left, right })).status).toBe(422)
})

it('is removed once, with its routes, and its credentials are forgotten', async () => {
  const route = await addRoute()
  const path = `/connections/${route.left}`
  const answers = await Promise.all([
    bed.call<{ routes: string[] }>('DELETE', path),
    bed.call<{ routes: string[] }>('DELETE', path),
    bed.call('PATCH', path, { body: { credentials: { token: 'another' } } }),
  ])
  const done = answers.filter(({ status }) => status === 200)
  expect(done.map(({ body }) => (body as { routes?: string[] }).routes).filter(Boolean)).toEqual([['lists']])
  expect((await bed.call('GET', path)).status).toBe(404)
  expect((await bed.call('GET', `/routes/${route.id}`)).status).toBe(404)
  expect(await bed.db`select from connection where removed_at is null and id = ${route.left}`).toHaveLength(0)
  const [gone] = await bed.db<{ credentials: string }[]>`
    select credentials from connection where id = ${route.left}`
  expect(openCredentials(gone as never, API_SECRET)).toEqual({})
  expect(await post('/connections', account('work'))).toMatchObject({ status: 201, body: { back: true } })
})

it('a route is added once, changed part by part, paused, resumed, started and removed', async () => {
  const [left, right] = [await connect('work'), await connect('home', 1)]
  const request = (name: string) => ({ name, left: left.id, right: right.id, direction: 'toRight' })
  const added = await Promise.all(['a', 'b', 'c'].map((name) => post<ShownRoute>('/routes', request(name))))
  expect(codes(added)).toEqual([201, 409, 409])
  const route = added.find(({ status }) => status === 201)?.body
  expect(route).toMatchObject({ state: 'draft', direction: 'toRight', left: left.id, pairs: 0 })
  const path = `/routes/${route?.id}`
  const patch = (body: object) => bed.call<ShownRoute & Refused>('PATCH', path, { body })
  await Promise.all([
    patch({ conflicts: 'left' }),
    patch({ zone: 'Europe/Berlin' }),
    patch({ deletes: { right: 'unlink' } }),
  ])
  expect((await bed.call<ShownRoute>('GET', path)).body).toMatchObject({
    conflicts: 'left',
    zone: 'Europe/Berlin',
    deletes: { left: 'propagate', right: 'unlink' },
    direction: 'toRight',
  })
  expect((await patch({ zone: 'Mars/Olympus' })).body.type).toBe('urn:dealbridge:problem:no-such-zone')
  expect((await post<Refused>(`${path}/pause`)).body.type).toBe('urn:dealbridge:problem:cannot-pause')
  bed.told.length = 0
  const started = await post<{ workflowId: string; changed: boolean }>(`${path}/start`)
  expect([started.status, started.body.workflowId, started.body.changed]).toEqual([
    202,
    `backfill/${route?.id}`,
    true,
  ])
  expect(bed.told).toEqual([`fill ${route?.id}`])
  await setRouteState(bed.db, route?.id ?? '', 'active')
  expect(await post(`${path}/start`)).toMatchObject({ status: 202, body: { changed: false } })
  expect(await post(`${path}/pause`)).toMatchObject({ status: 202, body: { route: { state: 'paused' } } })
  expect(await post(`${path}/resume`)).toMatchObject({ status: 202, body: { route: { state: 'active' } } })
  expect(await post(`${path}/sync`)).toMatchObject({ body: { workflowId: `sync/route/${route?.id}` } })
  const ended = await Promise.all([
    bed.call('DELETE', path),
    bed.call('DELETE', path),
    post(`${path}/resume`),
  ])
  expect(ended.filter(({ status }) => status === 404).length).toBeGreaterThan(0)
  expect(await bed.db`select from route where removed_at is null or state <> 'paused'`).toHaveLength(0)
})

it('lists are mapped by name, once, and a mapping is turned and ended', async () => {
  const route = await addRoute()
  const work = await newList('Offers')
  await newList('Deals', 1)
  await newList('Other', 1)
  const ask = (right: string) =>
    post<Mapping & Refused>('/mappings', { route: route.id, left: 'offers', right })
  expect((await ask('None')).body.type).toBe('urn:dealbridge:problem:no-such-list')
  const added = await Promise.all([ask('Deals'), ask('Other'), ask('Deals')])
  expect(codes(added)).toEqual([201, 409, 409])
  const { body: page } = await bed.call<{ mappings: Mapping[] }>('GET', `/mappings?route=${route.id}`)
  const lastError = 'Its route has not been started.'
  expect(page.mappings).toMatchObject([{ left: work, direction: 'both', lastSyncAt: null, lastError }])
  const path = `/mappings/${page.mappings[0]?.id}`
  // Nothing is begun of a draft.
  await setRouteState(bed.db, route.id, 'active')
  expect(await bed.call('PATCH', path, { body: { direction: 'off' } })).toMatchObject({ status: 200 })
  bed.told.length = 0
  const named = await bed.call('PATCH', path, { body: { names: 'left' } })
  expect(named.body).toMatchObject({ names: 'left', direction: 'off' })
  expect(await bed.call('PATCH', path, { body: { names: 'both' } })).toMatchObject({ status: 422 })
  bed.told.length = 0
  await bed.call('PATCH', path, { body: { direction: 'toRight' } })
  expect(bed.told).toEqual([`fill ${route.id}`])
  expect(await post(`${path}/sync`)).toMatchObject({
    status: 202,
    body: { workflowId: `sync${path.replace('mappings', 'mapping')}` },
  })
  expect(codes(await Promise.all([bed.call('DELETE', path), bed.call('DELETE', path)]))).toEqual([200, 404])
})

it('comes page by page', async () => {
  for (const name of ['a', 'b', 'c'])
    await bed.db`
      insert into connection (name, provider, base_url, credentials, poll_seconds)
      values (${name}, 'local', 'local:', 'none', 30)`
  type Page = { connections: ShownConnection[]; nextCursor: string | null }
  const first = (await bed.call<Page>('GET', '/connections?limit=2')).body
  const rest = (await bed.call<Page>('GET', `/connections?limit=2&cursor=${first.nextCursor}`)).body
  expect([...first.connections, ...rest.connections].map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(rest.nextCursor).toBeNull()
  expect((await bed.call('GET', '/connections?cursor=x')).status).toBe(400)
})

it('our own tasks are pushed all, by a route or from a list; what leads nowhere is refused', async () => {
  const project = await newList('Pushed')
  const todoist = await connect('there')
  const { body: own } = await post<{ id: string }>('/connections', { name: 'own', provider: 'local' })
  const { body: list } = await post<{ id: string }>('/lists', { name: 'Mine' })
  const rules = { left: own.id, right: todoist.id, direction: 'toRight' }
  const { body: route } = await post<{ id: string }>('/routes', { name: 'push', ...rules })
  const lists = { route: route.id, left: list.id, right: project }
  const { body: mapping } = await post<{ id: string }>('/mappings', lists)
  const pushed = async (query: string) =>
    (await post<{ workflowId: string }>(`/sync/todoist${query}`)).body.workflowId
  expect(await pushed('')).toBe('sync/todoist')
  expect(await pushed(`?route=${route.id}`)).toBe(`sync/route/${route.id}`)
  expect(await pushed(`?list=${list.id}`)).toBe(`sync/mapping/${mapping.id}`)
  for (const query of ['?route=0', '?list=none'])
    expect(await post(`/sync/todoist${query}`)).toMatchObject({ status: 409 })
  expect((await post('/sync/todoist?lists=x')).status).toBe(400)
  expect((await bed.call('GET', '/sync/todoist/status?foo=1')).status).toBe(400)
})

it('there is nothing to push while no route leads from our own tasks to Todoist', async () => {
  await addRoute()
  expect(await post<Refused>('/sync/todoist')).toMatchObject({
    status: 409,
    body: { type: 'urn:dealbridge:problem:no-route' },
  })
  expect(await bed.call('GET', '/sync/todoist/status')).toMatchObject({
    body: { running: false, current: null, last: null, routes: [], errors: [] },
  })
})
