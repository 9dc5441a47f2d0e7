import { randomBytes } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { inject } from 'vitest'
import './provided.ts'

export interface TestDatabase extends AsyncDisposable {
  url: string
  sql: Sql
}

/**
 * A fresh, empty database on the run's server, dropped when disposed of (`await using`). `prepare` is where
 * migrations go.
 */
export async function openTestDatabase(prepare?: (sql: Sql) => Promise<void>): Promise<TestDatabase> {
  return open('template1', prepare)
}

/**
 * The same with an empty record in it, a copy of the run's one, for migrations take several times as long. So the ids
 * that these drew by lot, of the store of local tasks and its first list, are the same in every copy.
 */
export async function openMigratedDatabase(): Promise<TestDatabase> {
  return open(inject('migratedDatabase'))
}

async function open(template: string, prepare?: (sql: Sql) => Promise<void>): Promise<TestDatabase> {
  const serverUrl = inject('postgresUrl')
  const name = `test_${randomBytes(8).toString('hex')}`
  // One connection for the beginning and the end: to open another takes as long as to drop the database.
  const server = postgres(serverUrl, { max: 1, onnotice: () => {} })
  try {
    // Its files are copied: to take so few blocks through the log takes longer.
    await server`create database ${server(name)} template ${server(template)} strategy file_copy`
  } catch (error) {
    await server.end()
    throw error
  }
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const sql = postgres(url.href, { onnotice: () => {} })
  const dispose = async () => {
    await sql.end({ timeout: 5 })
    await server`drop database if exists ${server(name)} with (force)`.finally(() => server.end())
  }
  try {
    await prepare?.(sql)
  } catch (error) {
    await dispose()
    throw error
  }
  return { url: url.href, sql, [Symbol.asyncDispose]: dispose }
}
