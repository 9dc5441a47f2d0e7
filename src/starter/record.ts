import { messageOf, UserError } from '../config/errors.ts'
import { type Db, openDatabase } from '../store/database.ts'
import { quoted } from './command-name.ts'

/** The record, answering. End it at the end. Throws UserError (exit code 4) when Postgres cannot be reached. */
export async function openRecord(url: string): Promise<Db> {
  const db = openDatabase({ url, max: 4, applicationName: 'dealbridge command' })
  try {
    await db`select 1`
    return db
  } catch (error) {
    await db.end({ timeout: 1 })
    throw new UserError({
      code: 'POSTGRES_UNREACHABLE',
      message: `Postgres does not answer at ${placeOf(url)}: ${messageOf(error)}`,
      hints: [`Start it, or correct DATABASE_URL; without that variable ${quoted('start')} runs one itself.`],
      exitCode: 4,
      cause: error,
    })
  }
}

/** Host, port and database, without user and password. */
function placeOf(url: string): string {
  if (!URL.canParse(url)) return 'its address'
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
