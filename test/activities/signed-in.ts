import type { Deps } from '../../src/activities/deps.ts'
import { createLog } from '../../src/config/log.ts'
import { plusMs } from '../../src/core/db-time.ts'
import type { Credentials } from '../../src/providers/contract.ts'
import { createTodoist } from '../../src/providers/todoist/index.ts'
import { clockNow } from '../../src/store/clock.ts'
import { connectionById, openCredentials, saveConnection } from '../../src/store/connections.ts'
import type { Db } from '../../src/store/database.ts'
import {
  type Asked,
  type Reply,
  type ScriptedServer,
  scriptedServer,
} from '../follow-up-boss/scripted-server.ts'
import { SECRET } from '../store/record.ts'
import { TIMING } from './route.ts'

/** Todoist as far as a token matters: its token endpoint as a test says, and a Sync that takes the tokens in `good`. */
export type TokenService = {
  readonly baseUrl: string
  readonly good: Set<string>
  /** Refresh tokens that came, in order. */
  readonly renewals: string[]
  /** Access tokens of the other calls, in order. */
  readonly calls: string[]
  close(): Promise<void>
}

/** `answer`: to the nth renewal, counted from 1; undefined is a full answer with `access-n` and `refresh-n`. */
export async function startTokenService(
  answer: (nth: number) => Reply | undefined | Promise<Reply | undefined>,
): Promise<TokenService> {
  const good = new Set<string>()
  const renewals: string[] = []
  const calls: string[] = []
  const server: ScriptedServer = await scriptedServer(async (asked) => {
    if (asked.path !== '/oauth/access_token') return sync(asked, good, calls)
    renewals.push((asked.body as { refresh_token: string }).refresh_token)
    const nth = renewals.length
    return (await answer(nth)) ?? { body: given(nth) }
  })
  const baseUrl = new URL(server.baseUrl).origin
  return { baseUrl, good, renewals, calls, close: () => server.close() }
}

/** A full answer of the token endpoint. */
export function given(nth: number): Record<string, unknown> {
  return { access_token: `access-${nth}`, refresh_token: `refresh-${nth}`, expires_in: 3600 }
}

function sync({ headers }: Asked, good: ReadonlySet<string>, calls: string[]): Reply {
  const token = String(headers.authorization).replace('Bearer ', '')
  calls.push(token)
  if (!good.has(token)) return { status: 401, body: { error_tag: 'UNAUTHORIZED', error_code: 477 } }
  return { body: { sync_token: 't', user: { id: '1' } } }
}

/** A worker of its own, with its own pool if it is given one. */
export function workerDeps(db: Db): Deps {
  const provider = createTodoist()
  return {
    db,
    providers: new Map([[provider.kind, provider]]),
    secretKey: SECRET,
    timing: TIMING,
    log: createLog({ level: 'silent', format: 'json' }),
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
}

let count = 0

/** A connection whose user signed in; its token ends in so many milliseconds. */
export async function signIn(
  db: Db,
  service: TokenService,
  leftMs: number,
  change: Credentials = {},
): Promise<string> {
  count += 1
  const expiresAt = plusMs(await clockNow(db), leftMs)
  const credentials = {
    token: 'access-0',
    refreshToken: 'refresh-0',
    clientId: 'app',
    clientSecret: 'app-s3cret',
    expiresAt,
    ...change,
  }
  return saveConnection(db, { ...settingsOf(`signed-in-${count}`, service), credentials }, SECRET)
}

/** What is stored beside the credentials. */
export function settingsOf(name: string, { baseUrl }: TokenService) {
  return { name, provider: 'todoist', baseUrl, pollSeconds: 30, webhooks: false }
}

export async function storedCredentials(db: Db, id: string): Promise<Credentials> {
  return openCredentials(await connectionById(db, id), SECRET)
}
