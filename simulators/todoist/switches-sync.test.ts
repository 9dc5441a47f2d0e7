import { afterEach, beforeEach, expect, it } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'

// What nobody has proven about Sync: each setting both ways.

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

const command = (type: string, args: object, uuid = 'u') => ({ type, uuid, temp_id: 't', args })
const run = async (...commands: object[]) => (await client.sync({ commands })).sync_status
const delta = async (token: string) => (await client.changes(token, ['items'])).items

it('failedUuids: the uuid of a failed command is free, or burnt', async () => {
  const bad = command('item_add', { content: '' })
  const good = command('item_add', { content: 'x' })
  expect(await run(bad)).toMatchObject({ u: { error_code: 20 } })
  expect(await run(good)).toEqual({ u: 'ok' })
  await client.settings({ failedUuids: 'remembered' })
  expect(await run({ ...bad, uuid: 'v' })).toMatchObject({ v: { error_code: 20 } })
  expect(await run({ ...good, uuid: 'v' })).toMatchObject({ v: { error_code: 20 } })
  expect(await client.ids('/tasks')).toHaveLength(1)
})

it('itemCloseKnown: item_close is a command, or an unknown one', async () => {
  const id = await client.command('item_add', { content: 'x', due: { string: 'every day' } })
  expect(await run(command('item_close', { id }))).toEqual({ u: 'ok' })
  await client.settings({ itemCloseKnown: false })
  expect(await run(command('item_close', { id }, 'v'))).toMatchObject({
    v: { error_code: 20, http_code: 400 },
  })
  expect(await client.task(id)).toMatchObject({ completed_count: 1 })
  expect((await client.call('POST', `/api/v1/tasks/${id}/close`)).status).toBe(204)
})

it.each([
  ['either', '2026-11-01T10:00:00Z', '2026-11-02T10:00:00Z'],
  ['completed_at', '2026-11-01T10:00:00Z', expect.stringMatching(/^2026-11-20T/)],
  ['date_completed', expect.stringMatching(/^2026-11-20T/), '2026-11-02T10:00:00Z'],
] as const)('completedWhen %s: which argument of item_complete counts', async (word, first, second) => {
  await client.settings({ completedWhen: word })
  const a = await client.command('item_add', { content: 'a' })
  const b = await client.command('item_add', { content: 'b' })
  await client.command('item_complete', { id: a, completed_at: '2026-11-01T10:00:00Z' })
  await client.command('item_complete', { id: b, date_completed: '2026-11-02T10:00:00Z' })
  expect(await client.task(a)).toMatchObject({ completed_at: first })
  expect(await client.task(b)).toMatchObject({ completed_at: second })
})

it('commandErrors: all five keys, or the two that are certain', async () => {
  const bad = command('item_update', { id: '6Xdeaddeaddead42', content: 'x' })
  expect(Object.keys((await run(bad))?.u ?? {}).sort()).toEqual([
    'error',
    'error_code',
    'error_extra',
    'error_tag',
    'http_code',
  ])
  await client.settings({ commandErrors: 'minimal' })
  expect(await run(bad)).toEqual({ u: { error: 'Item not found', error_code: 22 } })
})

it('invalidTempIdCode: 15, or 58', async () => {
  const lost = [
    command('section_add', { name: 'S', project_id: '6XGgm6PHrGgMpCFX' }),
    command('item_add', { content: 'x', section_id: 't' }, 'v'),
  ]
  expect(await run(...lost)).toMatchObject({ v: { error_code: 15 } })
  await client.settings({ invalidTempIdCode: 58 })
  expect(await run(...lost)).toMatchObject({ v: { error_code: 58 } })
})

it('writeOnlyToken: the token of commands alone skips what was not read, or does not', async () => {
  const token = await client.token()
  const unread = await client.command('item_add', { content: 'unread' })
  const write = (uuid: string) =>
    client.sync({ sync_token: token, commands: [command('item_add', { content: 'own' }, uuid)] })
  expect(await delta((await write('u')).sync_token)).toEqual([])
  await client.settings({ writeOnlyToken: 'sent' })
  const sent = await delta((await write('v')).sync_token)
  expect(sent?.map(({ id }) => id)).toContain(unread)
})

it('completedRows: completed tasks come as checked, or as deleted too', async () => {
  const id = await client.command('item_add', { content: 'x' })
  const token = await client.token()
  await client.command('item_close', { id })
  expect(await delta(token)).toMatchObject([{ id, checked: true, is_deleted: false }])
  await client.settings({ completedRows: 'checked-and-deleted' })
  expect(await delta(token)).toMatchObject([{ id, checked: true, is_deleted: true }])
  expect(await client.task(id)).toMatchObject({ is_deleted: false })
})

it('notesPerObject: a full sync has all comments, or the newest and says whose are incomplete', async () => {
  const task = await client.command('item_add', { content: 'x' })
  const other = await client.command('item_add', { content: 'y' })
  for (const content of ['1', '2', '3']) await client.command('note_add', { item_id: task, content })
  await client.command('note_add', { item_id: other, content: '4' })
  const full = () => client.sync({ sync_token: '*', resource_types: ['notes', 'project_notes'] })
  expect(await full()).toMatchObject({ incomplete_item_ids: [], incomplete_project_ids: [] })
  expect((await full()).notes).toHaveLength(4)
  await client.settings({ notesPerObject: 2 })
  const cut = await full()
  expect(cut.notes?.map(({ content }) => content)).toEqual(['2', '3', '4'])
  expect(cut).toMatchObject({ incomplete_item_ids: [task] })
})

it('deltaRepeats: a delta begins at its token, or before it', async () => {
  const id = await client.command('item_add', { content: 'x' })
  const token = await client.token()
  expect(await delta(token)).toEqual([])
  await client.settings({ deltaRepeats: 1 })
  expect(await delta(token)).toMatchObject([{ id }])
})

it('archiveRows: archived containers hide their tasks without a word, or with a row for each', async () => {
  const hidden = async (archive: string, kind: 'section' | 'project') => {
    const project_id = await client.command('project_add', { name: 'P' })
    const section_id = await client.command('section_add', { name: 'S', project_id })
    const id = await client.command('item_add', { content: 'x', section_id })
    await client.command('item_close', { id: await client.command('item_add', { content: 'y', section_id }) })
    const token = await client.token()
    await client.command(archive, { id: kind === 'section' ? section_id : project_id })
    return [id, (await delta(token))?.map((item) => item.id)]
  }
  expect((await hidden('section_archive', 'section'))[1]).toEqual([])
  expect((await hidden('project_archive', 'project'))[1]).toEqual([])
  await client.settings({ archiveRows: true })
  for (const kind of ['section', 'project'] as const) {
    const [id, rows] = await hidden(`${kind}_archive`, kind)
    expect(rows).toEqual([id])
  }
})

it('cascadeRows: deltas have a row for each task of a deleted section, or none', async () => {
  const deleted = async () => {
    const project_id = await client.command('project_add', { name: 'P' })
    const section_id = await client.command('section_add', { name: 'S', project_id })
    await client.command('item_add', { content: 'x', section_id })
    const token = await client.token()
    await client.command('section_delete', { id: section_id })
    return delta(token)
  }
  expect(await deleted()).toMatchObject([{ is_deleted: true }])
  await client.settings({ cascadeRows: false })
  expect(await deleted()).toEqual([])
})
