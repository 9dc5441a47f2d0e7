import { startFollowUpBoss } from '../../simulators/follow-up-boss/start.ts'
import { basicKey, type SimClient, simClient } from '../../simulators/kit/client.ts'
import { startTodoist } from '../../simulators/todoist/start.ts'
import { createLog } from '../../src/config/log.ts'
import { createProviders } from '../../src/providers/registry.ts'
import type { Deciding } from '../../src/starter/deciding.ts'
import { connectionById, openCredentials } from '../../src/store/connections.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { TIMING } from '../activities/route.ts'
import { openReceiver, type ReceiverBed, SECRET_KEY } from '../receiver/running.ts'

export const PUBLIC = 'https://sync.example.com'
export const SYSTEM = { systemName: 'Dealbridge', systemKey: 'system-key' }

/** A receiver over a record of its own, both services, and what commands about their webhooks work with. */
export type WebhookStand = AsyncDisposable & {
  readonly bed: ReceiverBed
  readonly crmUrl: string
  readonly todoistUrl: string
  /** The CRM as the registered system sees it. */
  readonly crm: SimClient
  /** Everything empty again. */
  reset(): Promise<void>
  /** `publicUrl`: where the services reach the receiver; null where nobody knows. */
  deciding(publicUrl?: string | null): Deciding
  hooks(): Promise<{ readonly id: number; readonly url: string }[]>
  credentialsOf(connectionId: string): Promise<Readonly<Record<string, string>>>
  /** Asks the task app's simulator. */
  simulate(path: string, body: unknown): Promise<void>
}

export async function openWebhookStand(): Promise<WebhookStand> {
  const bed = await openReceiver()
  const fub = await startFollowUpBoss({ port: 0, data: 'empty', seed: 1 })
  const todoist = await startTodoist({ port: 0, data: 'empty', seed: 1 })
  const crm = simClient(fub.url, {
    ...basicKey('key'),
    'x-system': SYSTEM.systemName,
    'x-system-key': SYSTEM.systemKey,
  })
  const { db } = bed
  const simulate = async (path: string, body: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const { status } = await fetch(todoist.url + path, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (status !== 200) throw new Error(`the simulator answered ${status} to ${path}`)
  }
  return {
    bed,
    crmUrl: `${fub.url}/v1`,
    todoistUrl: todoist.url,
    crm,
    async reset() {
      await crm.call('POST', '/__sim/reset', {})
      // Nothing here is about waiting for the budget.
      await crm.call('POST', '/__sim/settings', { rateLimit: 0, systems: '' })
      await simulate('/__sim/reset', {})
      await db`truncate connection restart identity cascade`
    },
    deciding: (publicUrl = PUBLIC) => decidingOver(bed, publicUrl),
    hooks: async () =>
      (await crm.call<{ webhooks: { id: number; url: string }[] }>('GET', '/v1/webhooks?limit=100')).body
        .webhooks,
    credentialsOf: async (id) => openCredentials(await connectionById(db, id), SECRET_KEY),
    simulate,
    async [Symbol.asyncDispose]() {
      await Promise.all([fub.close(), todoist.close()])
      await bed[Symbol.asyncDispose]()
    },
  }
}

function decidingOver({ db }: ReceiverBed, publicUrl: string | null): Deciding {
  const done = async () => 0 as const
  return {
    deps: {
      db,
      providers: createProviders(createLocalTaskStore(db)),
      timing: TIMING,
      log: createLog({ level: 'silent', format: 'json' }),
      ...(publicUrl === null ? {} : { publicUrl }),
    },
    secretKey: async () => SECRET_KEY,
    signal: new AbortController().signal,
    wake: done,
    nudge: done,
    startConnections: done,
    retry: done,
    stopConnections: done,
    clean: done,
    wakeDeals: done,
    fill: done,
  }
}
