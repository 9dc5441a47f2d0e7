import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { emptyAccount, type TestClient } from './test-client.ts'

const payload = z.looseObject({
  event_name: z.string(),
  user_id: z.string(),
  event_data: z.looseObject({ id: z.string() }),
  event_data_extra: z
    .looseObject({ update_intent: z.string(), old_item: z.looseObject({ id: z.string() }) })
    .optional(),
})
type Delivery = { headers: IncomingHttpHeaders; raw: string; event: z.infer<typeof payload> }

let client: TestClient
let receiver: Server
let deliveries: Delivery[]
let answer: number

beforeEach(async () => {
  deliveries = []
  answer = 200
  receiver = createServer((request, response) => {
    let raw = ''
    request.on('data', (chunk) => {
      raw += String(chunk)
    })
    request.on('end', () => {
      deliveries.push({ headers: request.headers, raw, event: payload.parse(JSON.parse(raw)) })
      response.writeHead(answer).end()
    })
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  client = await emptyAccount({ webhookRetryScale: 0 })
  const { port } = receiver.address() as AddressInfo
  await client.admin('webhooks', { url: `http://127.0.0.1:${port}/hook`, secret: 'shh', events: ['*'] })
})

afterEach(async () => {
  await client.sim.close()
  receiver.closeAllConnections()
  await new Promise((resolve) => receiver.close(resolve))
})

const names = () => deliveries.map((each) => each.event.event_name)
const arrived = (count: number) => vi.waitFor(() => expect(deliveries.length).toBeGreaterThanOrEqual(count))

it('signs the raw body in base64 and sends part of the task', async () => {
  const id = await client.command('item_add', { content: 'Ünïcode 🏡', due: { date: '2026-12-03' } })
  await arrived(1)
  const [first] = deliveries
  const expected = createHmac('sha256', 'shh')
    .update(first?.raw ?? '')
    .digest('base64')
  expect(first?.headers).toMatchObject({
    'x-todoist-hmac-sha256': expected,
    'x-todoist-delivery-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    'user-agent': 'Todoist-Webhooks',
    'content-type': 'application/json',
  })
  expect(first?.event).toMatchObject({
    event_name: 'item:added',
    user_id: '39768711',
    version: '10',
    initiator: { id: '39768711' },
    event_data: {
      id,
      content: 'Ünïcode 🏡',
      url: `https://app.todoist.com/app/task/${id}`,
      collapsed: false,
    },
  })
  for (const key of ['updated_at', 'duration', 'day_order', 'order_key'])
    expect(first?.event.event_data).not.toHaveProperty(key)
})

it('tells of tasks, projects, sections, labels and comments, whoever made the change', async () => {
  const project_id = await client.user.command('project_add', { name: 'P' })
  const section_id = await client.command('section_add', { name: 'S', project_id })
  const id = await client.user.command('item_add', { content: 'x', section_id })
  await client.user.command('item_update', { id, content: 'y' })
  await client.command('item_close', { id })
  await client.rest('POST', '/comments', { task_id: id, content: 'hello' })
  await client.call('POST', `/api/v1/tasks/${id}/reopen`)
  await client.command('label_add', { name: 'l' })
  await client.command('section_archive', { id: section_id })
  await client.command('project_delete', { id: project_id })
  await arrived(10)
  expect(names().sort()).toEqual(
    [
      'project:added',
      'section:added',
      'item:added',
      'item:updated',
      'item:completed',
      'note:added',
      'item:uncompleted',
      'label:added',
      'section:archived',
      'project:deleted',
    ].sort(),
  )
  const updated = deliveries.find((each) => each.event.event_name === 'item:updated')
  expect(updated?.event.event_data_extra).toMatchObject({
    update_intent: 'item_updated',
    old_item: { id, content: 'x' },
  })
  const note = deliveries.find((each) => each.event.event_name === 'note:added')
  expect(note?.event.event_data).toMatchObject({ item_id: id, item: { id, content: 'y' } })
})

it('tells of a recurring completion in either style or both', async () => {
  const id = await client.command('item_add', { content: 'x', due: { string: 'every day' } })
  await client.command('item_close', { id })
  await arrived(2)
  expect(deliveries[1]?.event).toMatchObject({
    event_name: 'item:updated',
    event_data_extra: { update_intent: 'item_completed' },
  })
  await client.settings({ recurringEvent: 'both' })
  await client.command('item_close', { id })
  await arrived(4)
  expect(names().slice(2).sort()).toEqual(['item:completed', 'item:updated'])
})

it('stays silent about tasks that went with their parent, unless told to speak', async () => {
  const id = await client.command('item_add', { content: 'x' })
  await client.command('item_add', { content: 'y', parent_id: id })
  await client.command('item_close', { id })
  await client.command('label_add', { name: 'last' })
  await arrived(4)
  expect(names().filter((name) => name === 'item:completed')).toHaveLength(1)
  await client.settings({ cascadeEvents: true })
  await client.command('item_delete', { id })
  await arrived(6)
  expect(names().filter((name) => name === 'item:deleted')).toHaveLength(2)
})

it('tries three times more with the same delivery id when the answer is not 200', async () => {
  answer = 204
  await client.command('item_add', { content: 'x' })
  await arrived(4)
  const ids = new Set(deliveries.map((each) => each.headers['x-todoist-delivery-id']))
  expect(ids.size).toBe(1)
  await client.command('label_add', { name: 'last' })
  await arrived(8)
  expect(deliveries).toHaveLength(8)
})

it('loses and doubles deliveries as the faults say', async () => {
  await client.admin('faults', [
    { match: 'item:added', nth: 1, do: 'webhook-lost' },
    { match: 'item:added', nth: 2, do: 'webhook-twice' },
  ])
  await client.command('item_add', { content: 'lost' })
  await client.command('item_add', { content: 'twice' })
  await arrived(2)
  expect(deliveries.map((each) => each.event.event_data.content)).toEqual(['twice', 'twice'])
})

const contents = () => deliveries.map((each) => each.event.event_data.content)

it('delivers late, so that a later event comes first', async () => {
  await client.settings({ webhookDelayMs: 60_000 })
  await client.command('item_add', { content: 'first' })
  await client.settings({ webhookDelayMs: 0 })
  await client.admin('faults', [{ match: 'item:added', nth: 1, do: 'webhook-late:60000' }])
  await client.command('item_add', { content: 'second' })
  await client.command('item_add', { content: 'third' })
  await arrived(1)
  expect(contents()).toEqual(['third'])
  await client.settings({ webhookDelayMs: 20 })
  await client.command('item_add', { content: 'fourth' })
  await arrived(2)
  expect(contents()).toEqual(['third', 'fourth'])
})

it('mixes the order when told to', async () => {
  await client.settings({ webhookJitterMs: 60 })
  const sent = Array.from({ length: 12 }, (_, n) => String(n))
  await client.sync({
    commands: sent.map((content) => ({ type: 'item_add', uuid: content, args: { content } })),
  })
  await arrived(12)
  expect(contents()).not.toEqual(sent)
  expect(contents().sort()).toEqual([...sent].sort())
})
