import { UserError } from '../config/errors.ts'
import type { Config } from '../config/parse.ts'
import type { Credentials } from '../providers/contract.ts'
import type { NewConnection } from '../store/connections.ts'
import { quoted } from './command-name.ts'
import { DEMO_CREDENTIALS } from './demo.ts'

/** What the connections of the first route are called. */
export const OWN_NAMES = { left: 'follow-up-boss', right: 'todoist' } as const

/** An account as the configuration (or the demo) gives it. `keyVariable`: where its key comes from. */
export type Account = NewConnection & { readonly keyVariable: string }

export type Accounts = { readonly left: Account; readonly right: Account }

type Endpoints = {
  readonly demo: boolean
  readonly followUpBossUrl: string | undefined
  readonly todoistUrl: string | undefined
}

/** True when no account is configured, so that there is nothing to sync but the demo's. */
export function hasNoAccount(config: Config): boolean {
  return config.FUB_API_KEY === undefined && config.TODOIST_API_TOKEN === undefined
}

/** Refuses half a configuration (exit code 2), before anything is started. */
export function requireKeys(config: Config): { readonly apiKey: string; readonly token: string } {
  const { FUB_API_KEY: apiKey, TODOIST_API_TOKEN: token } = config
  if (apiKey !== undefined && token !== undefined) return { apiKey, token }
  const missing = apiKey === undefined ? 'FUB_API_KEY' : 'TODOIST_API_TOKEN'
  const given = apiKey === undefined ? 'TODOIST_API_TOKEN' : 'FUB_API_KEY'
  throw new UserError({
    code: 'ACCOUNT_MISSING',
    message: hasNoAccount(config)
      ? 'FUB_API_KEY and TODOIST_API_TOKEN are not set.'
      : `${missing} is not set, and ${given} is: a sync needs both accounts.`,
    hints: [`Set ${missing}, or set neither to run the demo (${quoted('start --demo')}).`],
    exitCode: 2,
  })
}

/** The two accounts of the first route: Follow Up Boss on the left, Todoist on the right. */
export function accountsOf(
  config: Config,
  endpoints: Endpoints,
  defaults: { readonly left: string; readonly right: string },
): Accounts {
  if (endpoints.demo) return demoAccounts(config, endpoints)
  const { apiKey, token } = requireKeys(config)
  return {
    left: {
      name: OWN_NAMES.left,
      provider: 'follow-up-boss',
      keyVariable: 'FUB_API_KEY',
      baseUrl: config.FUB_BASE_URL ?? defaults.left,
      credentials: present({ apiKey, systemName: config.FUB_SYSTEM_NAME, systemKey: config.FUB_SYSTEM_KEY }),
      pollSeconds: config.FUB_POLL_INTERVAL_SECONDS,
      webhooks: config.FUB_USE_WEBHOOKS,
    },
    right: {
      name: OWN_NAMES.right,
      provider: 'todoist',
      keyVariable: 'TODOIST_API_TOKEN',
      baseUrl: config.TODOIST_BASE_URL ?? defaults.right,
      credentials: present({ token, webhookSecret: config.TODOIST_WEBHOOK_SECRET }),
      pollSeconds: config.TODOIST_POLL_INTERVAL_SECONDS,
      webhooks: config.TODOIST_USE_WEBHOOKS,
    },
  }
}

function demoAccounts(config: Config, { followUpBossUrl, todoistUrl }: Endpoints): Accounts {
  if (followUpBossUrl === undefined || todoistUrl === undefined) {
    throw new Error('the demo runs without its simulators')
  }
  return {
    left: {
      name: OWN_NAMES.left,
      provider: 'follow-up-boss',
      keyVariable: 'the demo key of Follow Up Boss',
      baseUrl: `${followUpBossUrl}/v1`,
      credentials: DEMO_CREDENTIALS.followUpBoss,
      pollSeconds: config.FUB_POLL_INTERVAL_SECONDS,
      webhooks: true,
    },
    right: {
      name: OWN_NAMES.right,
      provider: 'todoist',
      keyVariable: 'the demo token of Todoist',
      baseUrl: todoistUrl,
      credentials: DEMO_CREDENTIALS.todoist,
      pollSeconds: config.TODOIST_POLL_INTERVAL_SECONDS,
      webhooks: true,
    },
  }
}

function present(values: Readonly<Record<string, string | undefined>>): Credentials {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
