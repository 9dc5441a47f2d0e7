import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Office, openOffice } from './team-office.ts'

let office: Office
beforeAll(async () => {
  office = await openOffice({ deals: false })
  await office.db`update route set policy = policy || '{"notes": true}'`
  await office.crm.call('POST', '/__sim/settings', { rateLimit: 0 })
  await office.db`
    insert into quota (connection_id, context, request_limit, window_ms)
    select id, 'notes', 10000, 10000 from connection where provider = 'follow-up-boss'`
})
afterAll(() => office[Symbol.asyncDispose]())

const BEA = 2
const SAM = 7

async function notes(): Promise<readonly { readonly id: number; readonly body: string }[]> {
  const { body } = await office.crm.call<{ notes: { id: number; body: string }[] }>(
    'GET',
    '/v1/notes?limit=100',
  )
  return body.notes
}

test('a task that goes to another agent keeps its one note, which goes on telling of it', async () => {
  const task = await office.addTask('Call Tom', BEA)
  await office.settle()
  const [made] = await notes()
  expect(made?.body).toMatch(/^Task: Call Tom\n[\s\S]*State: open/u)
  await office.assign(task, SAM)
  await office.settle()
  expect((await notes()).map(({ id }) => id)).toEqual([made?.id])
  await office.edit('sam', 'Call Tom', { content: 'Call Tom twice' })
  await office.settle()
  expect(await notes()).toMatchObject([
    { id: made?.id, body: expect.stringMatching(/^Task: Call Tom twice\n[\s\S]*State: open/u) },
  ])
})
