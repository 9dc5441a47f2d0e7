import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ApiBed, openApiBed } from '../../../test/receiver/api.ts'
import type { ShownList, ShownTask } from './schemas.ts'

let bed: ApiBed
beforeAll(async () => {
  bed = await openApiBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

const add = async (body: object): Promise<ShownList> =>
  (await bed.call<ShownList>('POST', '/lists', { body })).body
const all = async (query = '') => (await bed.call<{ lists: ShownList[] }>('GET', `/lists${query}`)).body.lists
const names = async (query = '') => (await all(query)).map(({ name }) => name)
const task = async (list: string): Promise<ShownTask> =>
  (await bed.call<ShownTask>('POST', '/tasks', { body: { title: 'A', list } })).body

it('there is one from the beginning, which takes tasks that name none', async () => {
  const [only, ...others] = await all()
  expect([only?.name, only?.isDefault, others]).toEqual(['Tasks', true, []])
  const { body } = await bed.call<ShownTask>('POST', '/tasks', { body: { title: 'A' } })
  expect(body.list).toBe(only?.id)
  for (const [method, path] of [
    ['DELETE', ''],
    ['DELETE', '?hard=true'],
    ['POST', '/archive'],
  ] as const)
    expect((await bed.call(method, `/lists/${only?.id}${path}`)).status).toBe(409)
  expect((await bed.call('PATCH', `/lists/${only?.id}`, { body: { name: 'Inbox' } })).status).toBe(200)
})

it('is made, edited, put into another order, archived and taken back', async () => {
  const one = await add({ name: ' One\n', colour: 'berry_red' })
  expect(one).toMatchObject({ name: 'One', colour: 'berry_red', isDefault: false, version: 1 })
  await add({ name: 'Two' })
  expect(await names()).toEqual(['Inbox', 'One', 'Two'])
  await bed.call('PATCH', `/lists/${one.id}`, { body: { position: 99, colour: null } })
  expect(await names()).toEqual(['Inbox', 'Two', 'One'])
  await bed.call('POST', `/lists/${one.id}/archive`)
  expect(await names()).toEqual(['Inbox', 'Two'])
  expect(await names('?archived=true')).toEqual(['Inbox', 'Two', 'One'])
  const refused = await bed.call<{ errors: { field: string }[] }>('POST', '/tasks', {
    body: { title: 'A', list: one.id },
  })
  expect([refused.status, refused.body.errors[0]?.field]).toEqual([422, 'list'])
  const back = await bed.call<ShownList>('POST', `/lists/${one.id}/unarchive`)
  expect(back.body).toMatchObject({ archivedAt: null, colour: null, version: 4 })
})

it('with tasks is deleted only when it is said what becomes of them', async () => {
  const { id } = await add({ name: 'Full' })
  const [kept, path] = [await task(id), `/lists/${id}`]
  expect((await bed.call('DELETE', path)).status).toBe(409)
  const deleted = await bed.call<ShownList>('DELETE', `${path}?tasks=keep`)
  expect([deleted.status, deleted.body.deletedAt === null]).toEqual([200, false])
  const { body } = await bed.call<ShownTask>('GET', `/tasks/${kept.id}`)
  expect([body.deletedAt, body.list === id]).toEqual([null, false])
  expect((await bed.call('PATCH', path, { body: { name: 'X' } })).status).toBe(409)
  await bed.call('POST', `${path}/restore`)
  const lost = await task(id)
  expect((await bed.call('DELETE', `${path}?hard=true&tasks=delete`)).status).toBe(204)
  expect((await bed.call('GET', `/tasks/${lost.id}`)).status).toBe(404)
  expect((await bed.call('GET', path)).status).toBe(404)
})

it('of another version than the one that was seen stays as it is', async () => {
  const { id } = await add({ name: 'Seen' })
  const stale = { headers: { 'if-match': '"9"' } }
  const edit = await bed.call<{ current: ShownList }>('PATCH', `/lists/${id}`, {
    body: { name: 'X' },
    ...stale,
  })
  expect([edit.status, edit.body.current.name]).toEqual([412, 'Seen'])
  expect((await bed.call('DELETE', `/lists/${id}`, stale)).status).toBe(412)
})

it('takes no values that are none', async () => {
  for (const body of [
    {},
    { name: '' },
    { name: 'x'.repeat(201) },
    { name: 'A', colour: 'Red!' },
    { name: 'A', x: 1 },
  ])
    expect((await bed.call('POST', '/lists', { body })).status, JSON.stringify(body).slice(0, 40)).toBe(422)
  expect((await bed.call('GET', '/lists?archived=yes')).status).toBe(400)
  expect((await bed.call('GET', '/lists/1')).status).toBe(404)
})
