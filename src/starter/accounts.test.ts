import { describe, expect, it } from 'vitest'
import { readConfig } from '../config/parse.ts'
import { accountsOf } from './accounts.ts'

const config = (env: NodeJS.ProcessEnv) => readConfig({ env, cwd: '/nowhere', isTerminal: false })
const none = { demo: false, followUpBossUrl: undefined, todoistUrl: undefined }
const defaults = { left: 'https://left', right: 'https://right' }

describe('the accounts of a configuration', () => {
  it('take keys, addresses and webhooks from their variables', () => {
    const { left, right } = accountsOf(
      config({
        FUB_API_KEY: 'fk',
        FUB_SYSTEM_NAME: 'Sys',
        FUB_SYSTEM_KEY: 'sk',
        FUB_POLL_INTERVAL_SECONDS: '0.5',
        PUBLIC_URL: 'https://example.com',
        TODOIST_API_TOKEN: 'tt',
        TODOIST_BASE_URL: 'http://127.0.0.1:4102',
        TODOIST_CLIENT_SECRET: 'cs',
      }),
      none,
      defaults,
    )
    expect(left).toMatchObject({
      baseUrl: 'https://left',
      credentials: { apiKey: 'fk', systemName: 'Sys', systemKey: 'sk' },
      pollSeconds: 0.5,
      webhooks: true,
    })
    expect(right).toMatchObject({
      baseUrl: 'http://127.0.0.1:4102',
      credentials: { token: 'tt', webhookSecret: 'cs' },
      webhooks: false,
    })
  })

  it.each([
    [{}, []],
    [{ FUB_API_KEY: 'fk' }, ['follow-up-boss']],
    [{ TODOIST_API_TOKEN: 'tt' }, ['todoist']],
  ])('are those of which there is a key: %j', (env, names) => {
    const { left, right } = accountsOf(config(env), none, defaults)
    expect([left, right].flatMap((account) => account?.name ?? [])).toEqual(names)
  })

  it('of the demo are the simulated ones, with secrets for their webhooks', () => {
    const urls = { demo: true, followUpBossUrl: 'http://127.0.0.1:1', todoistUrl: 'http://127.0.0.1:2' }
    const { left, right } = accountsOf(config({}), urls, defaults)
    expect(left).toMatchObject({ baseUrl: 'http://127.0.0.1:1/v1', webhooks: true })
    expect(left?.credentials.systemKey).toBeTruthy()
    expect(right).toMatchObject({ baseUrl: 'http://127.0.0.1:2', webhooks: true })
    expect(right?.credentials.webhookSecret).toBeTruthy()
  })
})
