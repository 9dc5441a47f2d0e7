import type { Config } from '../config/parse.ts'
import type { Credentials } from '../providers/contract.ts'
import type { NewConnection } from '../store/connections.ts'
import { DEMO_CREDENTIALS } from './demo-credentials.ts'

/** What the connections of the first route are called. */
export const OWN_NAMES = { left: 'follow-up-boss', right: 'todoist' } as const

/**
 * An account as the configuration (or the demo) gives it. `keyVariable`: where its key comes from. `webhooksSaid`: somebody has
 * said there whether its deliveries are taken; else `webhooks` is what is usual, and makes way for a yes in the record.
 */
export type Account = NewConnection & { readonly keyVariable: string; readonly webhooksSaid: boolean }

/** Of the first route's sides, where they are configured. */
export type Accounts = { readonly left: Account | null; readonly right: Account | null }

type Endpoints = {
  readonly demo: boolean
  readonly followUpBossUrl: string | undefined
  readonly todoistUrl: string | undefined
}

/** True when no account is configured, so that there is nothing to sync but the demo's. */
export function hasNoAccount(config: Config): boolean {
  return config.FUB_API_KEY === undefined && config.TODOIST_API_TOKEN === undefined
}

/** The accounts of the first route: Follow Up Boss on the left, Todoist on the right; one alone is none of it. */
export function accountsOf(
  config: Config,
  endpoints: Endpoints,
  defaults: { readonly left: string; readonly right: string },
): Accounts {
  if (endpoints.demo) return demoAccounts(config, endpoints)
  const { FUB_API_KEY: apiKey, TODOIST_API_TOKEN: token } = config
  return {
    left:
      apiKey === undefined
        ? null
        : {
            name: OWN_NAMES.left,
            provider: 'follow-up-boss',
            keyVariable: 'FUB_API_KEY',
            baseUrl: config.FUB_BASE_URL ?? defaults.left,
            credentials: present({
              apiKey,
              systemName: config.FUB_SYSTEM_NAME,
              systemKey: config.FUB_SYSTEM_KEY,
            }),
            pollSeconds: config.FUB_POLL_INTERVAL_SECONDS,
            webhooks: config.FUB_USE_WEBHOOKS,
            webhooksSaid: config.environment.FUB_USE_WEBHOOKS !== undefined,
          },
    right:
      token === undefined
        ? null
        : {
            name: OWN_NAMES.right,
            provider: 'todoist',
            keyVariable: 'TODOIST_API_TOKEN',
            baseUrl: config.TODOIST_BASE_URL ?? defaults.right,
            credentials: present({ token, webhookSecret: config.TODOIST_WEBHOOK_SECRET }),
            pollSeconds: config.TODOIST_POLL_INTERVAL_SECONDS,
            webhooks: config.TODOIST_USE_WEBHOOKS,
            webhooksSaid: config.environment.TODOIST_USE_WEBHOOKS !== undefined,
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
      webhooksSaid: true,
    },
    right: {
      name: OWN_NAMES.right,
      provider: 'todoist',
      keyVariable: 'the demo token of Todoist',
      baseUrl: todoistUrl,
      credentials: DEMO_CREDENTIALS.todoist,
      pollSeconds: config.TODOIST_POLL_INTERVAL_SECONDS,
      webhooks: true,
      webhooksSaid: true,
    },
  }
}

function present(values: Readonly<Record<string, string | undefined>>): Credentials {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}
