import postgres from 'postgres'

/** A pool of connections. Only code that owns a transaction's borders takes one. */
export type Db = postgres.Sql
/** An open transaction. A query function takes this, so that its caller decides what commits together. */
export type Tx = postgres.TransactionSql

export type DatabaseOptions = {
  readonly url: string
  readonly max?: number
  readonly applicationName?: string
}

/** OID of timestamptz: its text becomes `YYYY-MM-DDTHH:MM:SS.ffffffZ`, which sorts and keeps microseconds. */
const TIMESTAMPTZ = 1184

export function openDatabase(options: DatabaseOptions): Db {
  return postgres(options.url, {
    max: options.max ?? 10,
    onnotice: () => undefined,
    idle_timeout: 60,
    // After an outage of Postgres the first call that finds it again should not wait for a long pause to end.
    backoff: () => 0.5,
    connection: {
      application_name: options.applicationName ?? 'dealbridge',
      search_path: 'dealbridge,public',
      TimeZone: 'UTC',
      DateStyle: 'ISO',
    },
    types: {
      dbTime: {
        to: TIMESTAMPTZ,
        from: [TIMESTAMPTZ],
        serialize: (text: string) => text,
        parse: parseTimestamp,
      },
    },
  })
}

/** Postgres' ISO text with any number of fraction digits, as text that sorts. */
export function parseTimestamp(text: string): string {
  const found = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?\+00$/u.exec(text)
  if (!found) return text
  return `${found[1]}T${found[2]}.${(found[3] ?? '').padEnd(6, '0')}Z`
}

const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
const MAX_TRIES = 5

export function isPostgresError(error: unknown, ...codes: string[]): boolean {
  return error instanceof postgres.PostgresError && codes.includes(error.code)
}

/** What a transaction found absent was made by another one before it could be made here: a new look finds it. */
export class MadeMeanwhileError extends Error {
  override readonly name = 'MadeMeanwhileError'
}

/**
 * Runs one transaction, again if the database broke a deadlock with it, or if what it believed new was made meanwhile
 * (what does not exist yet cannot be locked). `work` must not have effects outside. Locks are taken in this order
 * everywhere: pairs by id (all at once, see pair-locks.ts), mirror rows by id, then the rest.
 */
export async function inTransaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return (await db.begin(work)) as T
    } catch (error) {
      if (tries >= MAX_TRIES || !mayWorkAgain(error)) throw error
    }
  }
}

function mayWorkAgain(error: unknown): boolean {
  return error instanceof MadeMeanwhileError || isPostgresError(error, SERIALIZATION_FAILURE, DEADLOCK)
}

class RolledBack extends Error {
  readonly result: unknown
  constructor(result: unknown) {
    super('a trial is never kept')
    this.result = result
  }
}

/** Runs one transaction and takes it back: what it would have come to, and nothing of it stays. */
export async function onTrial<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  try {
    await inTransaction(db, async (tx) => {
      throw new RolledBack(await work(tx))
    })
  } catch (error) {
    if (error instanceof RolledBack) return error.result as T
    throw error
  }
  throw new Error('a trial was kept')
}
