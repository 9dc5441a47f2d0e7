import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { add as connect, remove as disconnect } from '../../src/starter/commands/connect.ts'
import { list } from '../../src/starter/commands/route.ts'
import { add as addRoute } from '../../src/starter/commands/route-admin.ts'
import { edit } from '../../src/starter/commands/route-edit.ts'
import { routeNamed } from '../../src/starter/route-named.ts'
import { readStatus, statusLines } from '../../src/starter/status-report.ts'
import { allRoutes } from '../../src/store/routes.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
const KEY = { systemName: 'Test', systemKey: 'system' }

beforeEach(async () => {
  accounts = await openAccounts()
  await connectCrm('crm', 'key')
  for (const account of ['work', 'home'] as const) await accounts.connect(account)
})
afterEach(() => accounts[Symbol.asyncDispose]())

async function connectCrm(name: string, apiKey: string) {
  const credentials = await accounts.credentials({ apiKey, ...KEY })
  const url = `${accounts.sims.crm.url}/v1`
  return connect(accounts.deciding, name, { provider: 'follow-up-boss', url, credentials })
}
const add = (name: string, right: string, flags: Parameters<typeof addRoute>[2] = {}) =>
  addRoute(accounts.deciding, { name, left: 'crm', right }, flags)
const assigneesOf = async (name: string) => (await routeNamed(accounts.db, name)).policy.assignees

describe('an agent of a route', () => {
  it.each(['Sam Agent', 'sam agent', '7'])('is named as %s', async (who) => {
    const { lines } = await add('sam', 'work', { agent: [who] })
    expect(lines.join('\n')).toContain('It has tasks of Sam Agent.')
    expect(await assigneesOf('sam')).toEqual({ only: ['7'], unassigned: false })
    expect((await list(accounts.deciding)).lines.join('\n')).toContain('tasks of Sam Agent')
  })

  it('is named by e-mail', async () => {
    const [sam] = await accounts.db<{ email: string }[]>`select email from account_user where user_id = '7'`
    expect(sam).toBeUndefined()
    await add('sam', 'work', { agent: ['Sam Agent'], unassigned: true })
    const [known] = await accounts.db<{ email: string }[]>`select email from account_user where user_id = '7'`
    await add('bea', 'home', { agent: ['Bea Broker'] })
    await edit(accounts.deciding, 'sam', { agent: [known?.email ?? ''] })
    expect(await assigneesOf('sam')).toEqual({ only: ['7'], unassigned: false })
  })

  it('that there is not is refused, with those that there are', async () => {
    await expect(add('sam', 'work', { agent: ['Sam Agnet'] })).rejects.toMatchObject({
      code: 'NO_SUCH_AGENT',
      hints: [expect.stringContaining('Sam Agent'), expect.anything()],
    })
    expect(await allRoutes(accounts.db)).toEqual([])
  })

  it('cannot have two routes, and nor can those that nobody is assigned to', async () => {
    await add('sam', 'work', { agent: ['Sam Agent'], unassigned: true })
    await expect(add('other', 'home', { agent: ['7'] })).rejects.toMatchObject({
      code: 'AGENT_CLAIMED',
      message: 'Route sam has the tasks of Sam Agent.',
    })
    await expect(add('other', 'home', { agent: ['2'], unassigned: true })).rejects.toMatchObject({
      code: 'AGENT_CLAIMED',
      message: 'Route sam has the tasks that nobody is assigned to.',
    })
    await add('bea', 'home', { agent: ['2'] })
    await expect(edit(accounts.deciding, 'bea', { assignees: 'own' })).rejects.toMatchObject({
      code: 'AGENT_CLAIMED',
    })
    await edit(accounts.deciding, 'bea', { assignees: 'anyone' })
    expect(await assigneesOf('bea')).toBe('anyone')
  })

  it('is none of a route between two task apps', async () => {
    await expect(
      addRoute(accounts.deciding, { name: 'lists', left: 'work', right: 'home' }, { agent: ['7'] }),
    ).rejects.toMatchObject({ code: 'NO_AGENTS' })
  })
})

it('who the agents are is forgotten with the connection', async () => {
  await add('sam', 'work', { agent: ['Sam Agent'] })
  expect((await accounts.db`select from account_user`).length).toBeGreaterThan(0)
  await disconnect(accounts.deciding, 'crm', {})
  expect(await accounts.db`select from account_user`).toEqual([])
})

it('a team has one connection at its CRM: another key of the same account is refused', async () => {
  await expect(connectCrm('second', 'other')).rejects.toMatchObject({
    code: 'CONNECTED_ALREADY',
    hints: [expect.anything(), expect.stringContaining('--agent')],
  })
})

it('status tells how many tasks are of agents without a route, and of one who is gone', async () => {
  const post = (name: string, assignedUserId: number) =>
    fetch(`${accounts.sims.crm.url}/v1/tasks`, {
      method: 'POST',
      headers: { ...AS_OWNER, 'content-type': 'application/json' },
      body: JSON.stringify({ personId: 5001, type: 'Call', name, assignedUserId }),
    })
  await add('sam', 'work', { agent: ['Sam Agent'] })
  await edit(accounts.deciding, 'sam', { deals: 'off' })
  for (const [name, user] of [
    ['One', 7],
    ['Two', 1],
    ['Three', 1],
    ['Four', 2],
  ] as const)
    await post(name, user)
  await accounts.fillAndSettle()
  expect(await accounts.titles('work')).toEqual(['One'])
  const told = async () => statusLines(await readStatus(accounts.db)).join('\n')
  expect(await told()).toContain('crm: no route has 2 open tasks of Dana Owner, 1 open task of Bea Broker')
  await fetch(`${accounts.sims.crm.url}/v1/users/7?assignTo=1`, { method: 'DELETE', headers: AS_OWNER })
  await accounts.worker(await routeNamed(accounts.db, 'sam')).pull('left', 'complete')
  expect(await told()).toContain('route sam is for Sam Agent, who is not in the account any more')
})

const AS_OWNER = { authorization: `Basic ${Buffer.from('key:').toString('base64')}` }
