import type { Client } from '@temporalio/client'
import { UserError } from '../config/errors.ts'
import type { Config } from '../config/parse.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { markSchema, type SchemaMark, schemaMark } from '../store/schema-mark.ts'
import { quoted } from './command-name.ts'
import { DEMO_CREDENTIALS } from './demo-credentials.ts'
import { requireNothingKept } from './demo-keepsakes.ts'
import { endWorkflows } from './end-workflows.ts'
import { tell } from './output.ts'
import type { Services } from './services.ts'

/**
 * Keeps the demo's record and one of real accounts apart. A demo's record goes when real accounts come, and when the
 * simulated accounts that it speaks of are gone (`newAccounts`), unless a person keeps something of his own in it; a record
 * of real accounts is never touched by the demo (UserError, exit code 2).
 */
export async function clearDemo(
  context: { readonly db: Db; readonly client: Client; readonly config: Config },
  start: Pick<Services, 'demo' | 'newAccounts' | 'secretKey' | 'dataDir'>,
): Promise<void> {
  const { db, client, config } = context
  if (start.demo && (await schemaMark(db)) === 'live') throw recordIsReal()
  if (!(await clearsDemo(db, start))) return
  await requireNothingKept(db, {
    secretKey: start.secretKey,
    elsewhere: anotherPlace(config, `${start.dataDir}-mine`),
  })
  tell(
    start.demo
      ? "The demo's record is cleared: its simulated accounts begin anew."
      : "The demo's record is cleared to make room for that of your accounts.",
  )
  await endWorkflows(client, 'the record of the demo is cleared')
  await db`drop schema dealbridge cascade`
}

/** Whether this start is to clear a demo's record. */
export async function clearsDemo(db: Db, start: Pick<Services, 'demo' | 'newAccounts'>): Promise<boolean> {
  return (await schemaMark(db)) === 'demo' && (!start.demo || start.newAccounts)
}

/** Refuses to go on with real accounts on a demo's record (UserError, exit code 2). */
export async function requireNoDemo(
  db: Db,
  { config, dataDir }: { readonly config: Config; readonly dataDir: string },
): Promise<void> {
  if ((await schemaMark(db)) !== 'demo') return
  const embedded = config.DATABASE_URL === undefined
  throw new UserError({
    code: 'RECORD_IS_DEMO',
    message: `${embedded ? `The data folder ${dataDir}` : 'The database of DATABASE_URL'} holds the demo's record, which is not for accounts of your own.`,
    hints: [
      `${anotherPlace(config, `${dataDir}-live`)}, or run ${quoted('start')}, which replaces the demo's record.`,
    ],
    exitCode: 2,
  })
}

function anotherPlace({ DATABASE_URL }: Config, folder: string): string {
  return DATABASE_URL === undefined
    ? `Set DEALBRIDGE_DATA_DIR to another folder, e.g. ${folder}`
    : 'Set DATABASE_URL to another database'
}

/** To be called once the schema is there. */
export async function markRecord(db: Db, mark: SchemaMark): Promise<void> {
  await inTransaction(db, (tx) => markSchema(tx, mark))
}

/** Has both simulated services tell our receiver what happens, as an account's settings would. */
export async function registerDemoWebhooks(urls: {
  readonly api: string
  readonly followUpBoss: string
  readonly todoist: string
}): Promise<void> {
  const { followUpBoss, todoist } = DEMO_CREDENTIALS
  await Promise.all([
    register(urls.followUpBoss, `${urls.api}/webhook/follow-up-boss`, followUpBoss.systemKey),
    register(urls.todoist, `${urls.api}/webhook/todoist`, todoist.webhookSecret),
  ])
}

async function register(service: string, url: string, secret: string): Promise<void> {
  const response = await fetch(`${service}/__sim/webhooks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url, secret, events: ['*'] }),
    signal: AbortSignal.timeout(5_000),
  })
  await response.arrayBuffer()
  if (!response.ok) throw new Error(`${service} refused the webhook with status ${response.status}`)
}

function recordIsReal(): UserError {
  return new UserError({
    code: 'RECORD_IS_REAL',
    message: 'The record holds real accounts: the demo would overwrite it.',
    hints: [
      `${quoted('start')} without --demo goes on with them. Or give the demo a folder of its own, by DEALBRIDGE_DATA_DIR.`,
    ],
    exitCode: 2,
  })
}
