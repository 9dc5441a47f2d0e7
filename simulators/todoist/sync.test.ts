import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyAccount, type TestClient } from './test-client.ts'

let client: TestClient
beforeEach(async () => {
  client = await emptyAccount()
})
afterEach(() => client.sim.close())

it('counts a request among those that write when it has commands, in either form', async () => {
  const full = await client.sync({ sync_token: '*', resource_types: ['items'] })
  await client.changes(full.sync_token)
  await client.call('POST', '/api/v1/sync', 'commands=nonsense')
  await client.call('POST', '/api/v1/sync', 'sync_token=*&resource_types=["items"]&commands=[]')
  const writes = async () => (await client.user.call('GET', '/__sim/requests')).body
  expect(await writes()).toMatchObject({ writes: { client: 0, user: 0 } })
  await client.command('item_add', { content: 'Open' })
  const command = JSON.stringify([{ type: 'item_add', uuid: 'u', temp_id: 't', args: { content: 'Other' } }])
  await client.call('POST', '/api/v1/sync', new URLSearchParams({ commands: command }).toString())
  expect(await writes()).toMatchObject({ writes: { client: 2, user: 0 } })
})

describe('reading', () => {
  it('gives what is active in a full sync, and the changes after it', async () => {
    const open = await client.command('item_add', { content: 'Open' })
    const done = await client.command('item_add', { content: 'Done' })
    await client.command('item_close', { id: done })
    const full = await client.sync({ sync_token: '*', resource_types: ['all', '-labels'] })
    expect(full).toMatchObject({
      full_sync: true,
      full_sync_date_utc: expect.stringMatching(/^2026-11-20T17:/),
    })
    expect(full.items?.map((item) => item.id)).toEqual([open])
    expect(full.labels).toBeUndefined()
    expect(full).toMatchObject({
      user: {
        tz_info: { timezone: 'America/New_York', gmt_string: '-05:00', hours: -5, minutes: 0, is_dst: 0 },
      },
      user_plan_limits: { current: { max_projects: 300, max_sections: 20, max_tasks: 300 } },
      collaborators: [{ email: expect.any(String) }],
    })

    const none = await client.changes(full.sync_token)
    expect(none).toMatchObject({ full_sync: false, items: [], projects: [] })
    expect(none).not.toHaveProperty('full_sync_date_utc')
    await client.command('item_update', { id: open, content: 'Changed' })
    const some = await client.changes(none.sync_token, ['items'])
    expect(some.items).toMatchObject([{ id: open, content: 'Changed' }])
    expect(some.projects).toBeUndefined()
    expect((await client.changes(none.sync_token, ['items'])).items).toHaveLength(1)
    expect((await client.changes(some.sync_token, ['items'])).items).toEqual([])
  })

  it('carries finished, deleted and archived objects in deltas', async () => {
    const project_id = await client.command('project_add', { name: 'P' })
    const section = await client.command('section_add', { name: 'S', project_id })
    const done = await client.command('item_add', { content: 'a' })
    const gone = await client.command('item_add', { content: 'b' })
    const token = await client.token()
    await client.command('item_close', { id: done })
    await client.command('item_delete', { id: gone })
    await client.command('section_archive', { id: section })
    const delta = await client.changes(token)
    expect(delta.items).toMatchObject([
      { id: done, checked: true, completed_at: expect.any(String), is_deleted: false },
      { id: gone, is_deleted: true },
    ])
    expect(delta.sections).toMatchObject([
      { id: section, is_archived: true, archived_at: expect.any(String) },
    ])
    await client.command('project_archive', { id: project_id })
    expect((await client.changes(token)).projects).toMatchObject([{ id: project_id, is_archived: true }])
  })

  it('answers a form as it answers JSON', async () => {
    const form = new URLSearchParams({
      sync_token: '*',
      resource_types: '["projects"]',
      commands: '[{"type":"item_add","uuid":"u1","temp_id":"t1","args":{"content":"From a form"}}]',
    })
    const answer = await client.call('POST', '/api/v1/sync', form.toString())
    expect(answer.body).toMatchObject({
      sync_status: { u1: 'ok' },
      temp_id_mapping: { t1: expect.any(String) },
      projects: [{ inbox_project: true }],
    })
  })

  it('refuses a token that is not its own, or starts over when told to', async () => {
    const ask = (sync_token: string) =>
      client.call('POST', '/api/v1/sync', { sync_token, resource_types: ['items'] })
    const token = await client.token()
    expect((await ask(`${token}x`)).status).toBe(400)
    expect((await ask('not-a-token')).body).toMatchObject({ error_extra: { argument: 'sync_token' } })
    await client.settings({ invalidToken: 'full-sync' })
    expect((await ask('not-a-token')).body).toMatchObject({ full_sync: true })
    await client.settings({ invalidToken: 'refuse', forgetTokens: true })
    expect((await ask(token)).body).toMatchObject({ full_sync: true })
    await client.admin('reset', {})
    expect((await ask(token)).status).toBe(400)
  })

  it('shows an older state in a lagging full sync, which the next delta makes good', async () => {
    await client.admin('clock', { advanceMs: 60_000 })
    const id = await client.command('item_add', { content: 'New' })
    await client.settings({ fullSyncLagMs: 30_000 })
    const full = await client.sync({ sync_token: '*', resource_types: ['items'] })
    expect(full.items).toEqual([])
    expect((await client.changes(full.sync_token)).items).toMatchObject([{ id }])
  })
})

describe('writing', () => {
  it('returns own writes in the same answer', async () => {
    const token = await client.token()
    const answer = await client.sync({
      sync_token: token,
      resource_types: ['items'],
      commands: [{ type: 'item_add', uuid: 'u', temp_id: 't', args: { content: 'Mine' } }],
    })
    expect(answer.items).toMatchObject([{ id: answer.temp_id_mapping.t, content: 'Mine' }])
  })

  it('answers a write alone without rows', async () => {
    const answer = await client.sync({
      commands: [{ type: 'item_add', uuid: 'u', args: { content: 'Mine' } }],
    })
    expect(Object.keys(answer).sort()).toEqual([
      'full_sync',
      'full_sync_date_utc',
      'sync_status',
      'sync_token',
      'temp_id_mapping',
    ])
  })

  it('runs commands in order, each for itself, with temp ids across them', async () => {
    const answer = await client.sync({
      commands: [
        { type: 'project_add', uuid: '1', temp_id: 'tp', args: { name: 'P' } },
        { type: 'section_add', uuid: '2', temp_id: 'ts', args: { name: 'S', project_id: 'tp' } },
        { type: 'section_add', uuid: '3', temp_id: 'tx', args: { name: '', project_id: 'tp' } },
        { type: 'item_add', uuid: '4', temp_id: 'ti', args: { content: 'x', section_id: 'ts' } },
        { type: 'item_add', uuid: '5', temp_id: 'tj', args: { content: 'y', section_id: 'tx' } },
        { type: 'item_update', uuid: '6', args: { id: 'ti', content: 'z' } },
        { type: 'item_update', uuid: '7', args: { id: '6Xdeaddeaddead42', content: 'z' } },
        { type: 'no_such_thing', uuid: '8', args: {} },
      ],
    })
    expect(answer.sync_status).toMatchObject({
      1: 'ok',
      2: 'ok',
      3: { error_code: 20, http_code: 400 },
      4: 'ok',
      5: { error_code: 15, error: 'Invalid temporary id', error_tag: 'INVALID_TEMP_ID' },
      6: 'ok',
      7: { error_code: 22, error_tag: 'ITEM_NOT_FOUND', http_code: 404, error_extra: {} },
      8: { error_code: 20 },
    })
    expect(Object.keys(answer.temp_id_mapping)).toEqual(['tp', 'ts', 'ti'])
    expect(await client.task(answer.temp_id_mapping.ti ?? '')).toMatchObject({
      content: 'z',
      section_id: answer.temp_id_mapping.ts,
      project_id: answer.temp_id_mapping.tp,
    })
  })

  it('does not execute a uuid twice, and gives the same mapping again', async () => {
    const commands = [{ type: 'item_add', uuid: 'u', temp_id: 't', args: { content: 'Once' } }]
    const first = await client.sync({ commands })
    const again = await client.sync({ commands })
    expect(again.sync_status).toEqual({ u: 'ok' })
    expect(again.temp_id_mapping).toEqual(first.temp_id_mapping)
    expect(await client.ids('/tasks')).toHaveLength(1)
    const dependent = { type: 'item_update', uuid: 'v', args: { id: 't', content: 'Changed' } }
    expect((await client.sync({ commands: [...commands, dependent] })).sync_status).toEqual({
      u: 'ok',
      v: 'ok',
    })

    await client.settings({ replayOmitsMapping: true })
    const silent = await client.sync({ commands })
    expect(silent.sync_status).toEqual({ u: 'ok' })
    expect(silent.temp_id_mapping).toEqual({})
    expect(await client.ids('/tasks')).toHaveLength(1)
  })

  it('forgets a uuid after its time, and one that failed at once', async () => {
    await client.settings({ uuidTtlMs: 60_000 })
    const add = { type: 'item_add', uuid: 'u', temp_id: 't', args: { content: 'Twice' } }
    await client.sync({ commands: [add] })
    await client.admin('clock', { advanceMs: 59_000 })
    await client.sync({ commands: [add] })
    expect(await client.ids('/tasks')).toHaveLength(1)
    await client.admin('clock', { advanceMs: 2000 })
    await client.sync({ commands: [add] })
    expect(await client.ids('/tasks')).toHaveLength(2)

    const wrong = { ...add, uuid: 'w', args: { content: '' } }
    expect((await client.sync({ commands: [wrong] })).sync_status).toMatchObject({ w: { error_code: 20 } })
    expect((await client.sync({ commands: [{ ...add, uuid: 'w' }] })).sync_status).toEqual({ w: 'ok' })
  })

  it('refuses 101 commands whole, and a body that cannot be read', async () => {
    const command = (n: number) => ({ type: 'item_add', uuid: `u${n}`, args: { content: `${n}` } })
    const many = Array.from({ length: 101 }, (_, n) => command(n))
    expect((await client.call('POST', '/api/v1/sync', { commands: many })).status).toBe(400)
    expect(await client.ids('/tasks')).toEqual([])
    expect((await client.sync({ commands: many.slice(1) })).sync_status).toMatchObject({ u100: 'ok' })
    expect((await client.call('POST', '/api/v1/sync', 'commands=nonsense')).status).toBe(400)
    expect((await client.call('POST', '/api/v1/sync', {})).status).toBe(400)
  })

  it('applies a batch whose reply is lost, so that a repeat finds it done', async () => {
    await client.admin('faults', [{ match: 'POST /api/v1/sync', nth: 1, do: 'reply-lost' }])
    const commands = [{ type: 'item_add', uuid: 'u', temp_id: 't', args: { content: 'Once' } }]
    await expect(client.sync({ commands })).rejects.toThrow()
    expect((await client.sync({ commands })).temp_id_mapping.t).toBeDefined()
    expect(await client.ids('/tasks')).toHaveLength(1)
  })
})
