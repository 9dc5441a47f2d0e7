import { createHmac } from 'node:crypto'
import { Writable } from 'node:stream'
import postgres from 'postgres'
import { inject } from 'vitest'
import { createLog } from '../../src/config/log.ts'
import { readConfig } from '../../src/config/parse.ts'
import type { AccountFacts } from '../../src/providers/contract.ts'
import { type RunningReceiver, startReceiver } from '../../src/receiver/run-receiver.ts'
import type { TemporalLink } from '../../src/receiver/temporal-link.ts'
import { type NewConnection, saveConnection, saveFacts } from '../../src/store/connections.ts'
import { type Db, openDatabase } from '../../src/store/database.ts'
import { openMigratedDatabase } from '../support/database.ts'
import '../support/provided.ts'

export const SECRET_KEY = 'a secret key for tests'

/** A Temporal that notes signals, and refuses them while `away`. */
export class FakeTemporal implements TemporalLink {
  away = false
  pollers = 1
  readonly signals: string[] = []
  /** Signals that were tried, whether or not they arrived. */
  tries = 0

  readonly signal = async (connectionId: string) => {
    this.tries += 1
    if (this.away) throw new Error('Temporal is away')
    this.signals.push(connectionId)
  }

  /** Calls of the API that reached it; what they ask is not done. */
  calls = 0

  readonly call = async <T>(): Promise<T> => {
    if (this.away) throw new Error('Temporal is away')
    this.calls += 1
    return undefined as T
  }

  readonly workers = async () => {
    if (this.away) throw new Error('Temporal is away')
    return { pollers: this.pollers, lastSeenAt: this.pollers > 0 ? '2026-01-02T03:04:05.000Z' : null }
  }

  readonly backlogs = async (queues: readonly string[]) => {
    if (this.away) throw new Error('Temporal is away')
    return queues.map((queue) => ({ queue, kind: 'activity' as const, count: 2, ageSeconds: 1.5 }))
  }

  readonly close = async () => undefined
}

/** A receiver on a free port over a migrated database of its own. */
export type ReceiverBed = AsyncDisposable & {
  readonly db: Db
  readonly url: string
  readonly temporal: FakeTemporal
  readonly receiver: RunningReceiver
  /** Lines of the log at debug level. */
  readonly lines: readonly string[]
  /** Starts another receiver over the same database. */
  restart(): Promise<RunningReceiver>
  /** Shuts every connection to the database and admits none, or admits them again. */
  admitDatabase(admitted: boolean): Promise<void>
}

export async function openReceiver(env: Record<string, string> = {}): Promise<ReceiverBed> {
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url, max: 2 })
  const temporal = new FakeTemporal()
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const log = createLog({ level: 'debug', format: 'json', destination })
  const config = readConfig({
    env: { DATABASE_URL: database.url, DEALBRIDGE_SECRET_KEY: SECRET_KEY, API_PORT: '0', ...env },
    cwd: '/nonexistent',
    isTerminal: false,
  })
  const started: RunningReceiver[] = []
  const restart = async () => {
    const receiver = await startReceiver(config, log, () => temporal)
    started.push(receiver)
    return receiver
  }
  const receiver = await restart()
  return {
    db,
    url: database.url,
    temporal,
    receiver,
    lines,
    restart,
    admitDatabase: (admitted) => admit(database.url, admitted),
    async [Symbol.asyncDispose]() {
      await Promise.all(started.map((one) => one.stop()))
      await db.end({ timeout: 1 })
      await database[Symbol.asyncDispose]()
    },
  }
}

async function admit(url: string, admitted: boolean): Promise<void> {
  const name = new URL(url).pathname.slice(1)
  const server = postgres(inject('postgresUrl'), { max: 1, onnotice: () => undefined })
  try {
    await server.unsafe(`alter database ${name} allow_connections ${admitted}`)
    if (!admitted)
      await server`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`
  } finally {
    await server.end()
  }
}

/** A connection that takes deliveries; gives its id. */
export async function addConnection(
  db: Db,
  given: Partial<NewConnection> & Pick<NewConnection, 'provider'>,
  facts?: Pick<AccountFacts, 'accountId' | 'userId'>,
): Promise<string> {
  const credentials = given.provider === 'todoist' ? { webhookSecret: 'shh' } : { systemKey: 'key' }
  const defaults = { name: given.provider, baseUrl: 'http://127.0.0.1:9', pollSeconds: 30, webhooks: true }
  const id = await saveConnection(db, { credentials, ...defaults, ...given }, SECRET_KEY)
  if (facts !== undefined) {
    await saveFacts(db, id, {
      ...facts,
      zone: null,
      seesEveryone: true,
      domain: null,
      limits: {},
      probes: {},
    })
  }
  return id
}

export type Signed = { readonly body: string; readonly headers: Record<string, string> }

/** A delivery as Todoist sends it. */
export function fromTodoist(
  deliveryId: string,
  body: unknown = itemUpdated('t1'),
  secret = 'shh',
): Signed & { headers: Record<string, string> } {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {
    body: text,
    headers: {
      'content-type': 'application/json',
      'x-todoist-delivery-id': deliveryId,
      'x-todoist-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64'),
    },
  }
}

export function itemUpdated(id: string, userId = '39768711') {
  return { event_name: 'item:updated', user_id: userId, event_data: { id } }
}

/** A delivery as Follow Up Boss sends it. */
export function fromFollowUpBoss(body: unknown, systemKey = 'key'): Signed {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const base64 = Buffer.from(text).toString('base64')
  return {
    body: text,
    headers: {
      'content-type': 'application/json',
      'fub-signature': createHmac('sha256', systemKey).update(base64).digest('hex'),
    },
  }
}

export function post(receiver: RunningReceiver, path: string, signed: Signed): Promise<Response> {
  return fetch(receiver.url + path, { method: 'POST', ...signed })
}

export async function storedDeliveries(db: Db) {
  return db<
    { connectionId: string; deliveryId: string; about: string; remoteIds: string[]; deleted: boolean }[]
  >`
    select connection_id as "connectionId", delivery_id as "deliveryId", about, remote_ids as "remoteIds",
      deleted
    from delivery order by delivery_id, connection_id`
}
