import { afterEach, beforeEach, expect, it } from 'vitest'
import { readConfig } from '../../src/config/parse.ts'
import { NOTHING_SAID, type SaidSetup } from '../../src/starter/setup/setup-file.ts'
import { routeToSetUp } from '../../src/starter/setup/sides.ts'
import { allConnections } from '../../src/store/connections.ts'
import { allRoutes } from '../../src/store/routes.ts'
import { type Accounts, openAccounts } from './accounts.ts'

let accounts: Accounts
beforeEach(async () => {
  accounts = await openAccounts()
})
afterEach(() => accounts[Symbol.asyncDispose]())

const config = (env: NodeJS.ProcessEnv = {}) => readConfig({ env, cwd: '/nonexistent', isTerminal: false })
const names = async () => (await allConnections(accounts.db)).map(({ name }) => name)
const setUp = (said: Partial<SaidSetup>, env: NodeJS.ProcessEnv = {}) =>
  routeToSetUp(accounts.deciding, config(env), { ...NOTHING_SAID, ...said })
const crm = (name?: string) => ({
  provider: 'follow-up-boss',
  url: `${accounts.sims.crm.url}/v1`,
  ...(name === undefined ? {} : { name }),
})

it('accounts that a file says are connected, with keys from the environment where it says none, and only once', async () => {
  const said = {
    left: crm(),
    right: { provider: 'todoist', url: accounts.sims.home.url, credentials: { token: 'token' } },
  }
  const made = await setUp(said, { FUB_API_KEY: 'key' })
  expect(made).toMatchObject({
    route: { name: 'main', state: 'draft' },
    left: { name: 'follow-up-boss' },
    right: { name: 'todoist' },
  })
  expect(await names()).toEqual(['follow-up-boss', 'todoist'])
  // By another name it is the same account still, and so is the route between the two.
  const again = await setUp({ ...said, name: 'office', left: crm('the-crm') }, { FUB_API_KEY: 'key' })
  expect(again.route.id).toBe(made.route.id)
  expect(await names()).toEqual(['follow-up-boss', 'todoist'])
  expect(await setUp({ left: 'follow-up-boss', right: 'todoist' })).toMatchObject({
    route: { id: made.route.id },
  })
  expect(await setUp({})).toMatchObject({ route: { id: made.route.id } })
})

it('what is not said must be plain: the only account that can be on that side', async () => {
  await expect(setUp({})).rejects.toMatchObject({
    code: 'ACCOUNT_NOT_SAID',
    exitCode: 2,
    hints: [expect.stringContaining('FUB_API_KEY'), expect.anything()],
  })
  await setUp({ left: crm(), right: 'nowhere' }, { FUB_API_KEY: 'key' }).catch(() => undefined)
  await accounts.connect('home')
  await accounts.connect('work')
  await expect(setUp({})).rejects.toMatchObject({
    hints: [expect.stringContaining('TODOIST_API_TOKEN'), expect.anything()],
  })
  await setUp({ right: 'work' })
  expect((await allRoutes(accounts.db)).map(({ name }) => name)).toEqual(['main'])
})

it('a key that is refused leaves nothing behind', async () => {
  await accounts.sims.crm.close()
  await expect(setUp({ left: crm() }, { FUB_API_KEY: 'key' })).rejects.toMatchObject({ exitCode: 4 })
  await expect(setUp({ left: crm() })).rejects.toMatchObject({ exitCode: 2 })
  expect(await names()).toEqual([])
})
