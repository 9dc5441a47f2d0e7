import { UserError } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { Config } from '../config/parse.ts'
import { configuredKeys, type SecretKey } from '../config/secret-keys.ts'
import { allConnections } from '../store/connections.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { checkConfigured, configuredAccounts, place, saveConfiguredAccounts } from './configured-accounts.ts'
import type { Placed } from './configured-connection.ts'
import { openRecord } from './record.ts'

const LIVE = { demo: false, followUpBossUrl: undefined, todoistUrl: undefined } as const

/**
 * Connects the accounts of this process's configuration and makes the route between them, as a start does, for a set-up that was
 * begun without one. Gives back what is missing, in names of options and words of ours; empty when the route is there.
 */
export async function connectConfigured(config: Config, log: Log, signal: AbortSignal): Promise<string[]> {
  const db = await openRecord(config.DATABASE_URL ?? '')
  try {
    return await connectAt(db, config, { secretKey: configuredKeys(config) ?? '', log, signal })
  } finally {
    await db.end({ timeout: 5 })
  }
}

type Surroundings = { readonly secretKey: SecretKey; readonly log: Log; readonly signal: AbortSignal }

async function connectAt(
  db: Db,
  config: Config,
  { secretKey, log, signal }: Surroundings,
): Promise<string[]> {
  const { given, deals } = configuredAccounts(db, config, LIVE)
  const missing = (['FUB_API_KEY', 'TODOIST_API_TOKEN'] as const).filter((name) => config[name] === undefined)
  if (missing.length > 0) return missing.map((name) => `${name} is not set for the worker`)
  const stored = await allConnections(db)
  const sides: Placed[] = []
  for (const one of given) {
    try {
      for (const checked of await checkConfigured(db, stored, [one], { secretKey, signal }))
        sides.push(await place(db, stored, checked, { secretKey, log }))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      log.warn({ code: error.code }, error.message)
      return [`${one.account.keyVariable} ${WORDS[error.code] ?? `does not do (${error.code})`}`]
    }
  }
  const route = await inTransaction(db, (tx) =>
    saveConfiguredAccounts(tx, sides, { secretKey, demo: false }, { deals }),
  )
  return route === 'leaving' ? ['what is configured is still being removed'] : []
}

const WORDS: Readonly<Record<string, string>> = {
  KEY_REFUSED: 'is refused',
  SERVICE_UNREACHABLE: 'could not be tried: its service does not answer',
  OTHER_ACCOUNT: 'belongs to another account than the one in the record',
  NAME_TAKEN: 'belongs to an account whose name is taken by another connection',
}
