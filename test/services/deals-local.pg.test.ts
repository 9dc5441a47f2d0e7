import { afterEach, beforeEach, expect, test } from 'vitest'
import { AS_USER, simClient } from '../../simulators/kit/client.ts'
import { add } from '../../src/starter/commands/connect.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { allRoutes } from '../../src/store/routes.ts'
import type { TestWorker } from '../histories/worker.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts

beforeEach(async () => {
  accounts = await openAccounts({ staleReadMs: 50, deleteGraceMs: 50, createSettleMs: 50 })
  const { deciding, sims } = accounts
  const credentials = await accounts.credentials({ apiKey: 'key', systemName: 'Test', systemKey: 'system' })
  await add(deciding, 'crm', { provider: 'follow-up-boss', url: `${sims.crm.url}/v1`, credentials })
  await add(deciding, 'mine', { provider: 'local' })
  await addRoute(deciding, { name: 'main', left: 'crm', right: 'mine' }, { zone: 'America/New_York' })
  await accounts.fillAndSettle()
})
afterEach(() => accounts[Symbol.asyncDispose]())

async function worker(): Promise<TestWorker> {
  const [route] = await allRoutes(accounts.db)
  if (route === undefined) throw new Error('there is no route')
  return accounts.worker(route)
}

async function settle(): Promise<void> {
  const one = await worker()
  await one.pullDeals('complete')
  await one.pull('left', 'incremental')
  await accounts.settle()
}

const book = async () =>
  Object.fromEntries(
    (
      await accounts.db<{ title: string; list: string; labels: string[] }[]>`
        select t.title, l.name as list, t.labels || t.flags as labels from task t join task_list l on l.id = t.list_id
        where t.status = 'open'`
    ).map(({ title, list, labels }) => [title, { list, labels }]),
  )

test('in a list of your own for each stage, with the deal as a label, and a comment where somebody must say it', async () => {
  const crm = simClient(accounts.sims.crm.url, AS_USER)
  const make = async (path: string, body: object) =>
    (await crm.call<{ id: number }>('POST', `/v1/${path}`, body)).body.id
  const tom = await make('people', { name: 'Tom Baker' })
  const main = await make('deals', { name: 'Baker: 123 Main St', stageId: 11, peopleIds: [tom] })
  await make('tasks', { name: 'Call', personId: tom, assignedUserId: 1, type: 'Follow Up' })
  await settle()
  const labels = [`Baker: 123 Main St (${main})`]
  expect(await book()).toEqual({ Call: { list: 'Showing', labels } })
  await crm.call('PUT', `/v1/deals/${main}`, { stageId: 12 })
  await settle()
  expect(await book()).toEqual({ Call: { list: 'Offer', labels } })
  await make('deals', { name: 'Baker: 9 Elm St', stageId: 11, peopleIds: [tom] })
  await make('tasks', { name: 'Visit', personId: tom, assignedUserId: 1, type: 'Follow Up' })
  await settle()
  expect((await book()).Visit).toEqual({ list: '📌 General CRM Tasks', labels: ['needs-deal-link'] })
  const [comment] = await accounts.db<{ text: string }[]>`select text from task_comment`
  expect(comment?.text).toContain('Give the task the label:')
})
