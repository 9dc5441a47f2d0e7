import { afterEach, beforeEach, expect, it } from 'vitest'
import { createApi } from '../../src/receiver/api/api.ts'
import { add } from '../../src/starter/commands/connect.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
let api: ReturnType<typeof createApi>

beforeEach(async () => {
  accounts = await openAccounts()
  const { deciding, db, sims } = accounts
  const key = { apiKey: 'key', systemName: 'Test', systemKey: 'system' }
  const credentials = await accounts.credentials(key)
  await add(deciding, 'crm', { provider: 'follow-up-boss', url: `${sims.crm.url}/v1`, credentials })
  for (const account of ['work', 'home'] as const) await accounts.connect(account)
  const administration = {
    ...deciding,
    startSync: async () => ({ workflowId: '', runId: '' }),
    isRunning: async () => false,
  }
  api = createApi({ db, nudge: () => undefined, administration }, 'http://127.0.0.1/api/v1')
})
afterEach(() => accounts[Symbol.asyncDispose]())

type Answer = { readonly id: string; readonly assignees: unknown; readonly detail: string }
async function call(method: string, path: string, body: object): Promise<{ status: number; body: Answer }> {
  const headers = { 'content-type': 'application/json' }
  const response = await api.request(path, { method, headers, body: JSON.stringify(body) })
  return { status: response.status, body: (await response.json()) as Answer }
}

it('agents of a route are named over the API, and refused as on the command line', async () => {
  const [crm, work, home] = await accounts.db<{ id: string }[]>`select id from connection order by id`
  const added = await call('POST', '/routes', {
    name: 'sam',
    left: crm?.id,
    right: work?.id,
    assignees: { only: ['sam agent'] },
  })
  expect(added).toMatchObject({ status: 201, body: { assignees: { only: ['7'], unassigned: false } } })
  const path = `/routes/${added.body.id}`
  expect(await call('PATCH', path, { assignees: { only: ['7', '2'], unassigned: true } })).toMatchObject({
    status: 200,
    body: { assignees: { only: ['7', '2'], unassigned: true } },
  })
  const taken = { name: 'other', left: crm?.id, right: home?.id, assignees: { only: ['Bea Broker'] } }
  expect(await call('POST', '/routes', taken)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining('Route sam has the tasks of Bea Broker') },
  })
  expect((await call('PATCH', path, { assignees: { only: ['Nobody'] } })).body.detail).toContain(
    'no user Nobody',
  )
  expect((await call('PATCH', path, { assignees: { only: [] } })).status).toBe(422)
  expect((await call('PATCH', path, { assignees: 'own' })).body).toMatchObject({ assignees: 'own' })
})
