import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openMigratedDatabase, openTestDatabase } from './database.ts'

describe('a test database', () => {
  it('is apart from every other one', async () => {
    await using one = await openTestDatabase(async (sql) => {
      await sql`create table note (body text)`
    })
    await using other = await openTestDatabase()
    await one.sql`insert into note values ('ü')`
    expect(await one.sql`select body, current_setting('TimeZone') as zone from note`).toEqual([
      { body: 'ü', zone: 'UTC' },
    ])
    expect(await other.sql`select to_regclass('note') as found`).toEqual([{ found: null }])
  })

  it('may begin with an empty record, which is its own', async () => {
    await using one = await openMigratedDatabase()
    await using other = await openMigratedDatabase()
    await one.sql`insert into dealbridge.local_tombstone (kind, id, changed_seq) values ('task', gen_random_uuid(), 1)`
    expect(await other.sql`select * from dealbridge.local_tombstone`).toEqual([])
    const files = (await readdir('src/store/migrations')).filter((name) => name.endsWith('.sql'))
    expect(await other.sql`select max(version) as version from dealbridge.migration`).toEqual([
      { version: files.length },
    ])
  })

  it('is dropped at the end', async () => {
    const gone = await openTestDatabase()
    await gone[Symbol.asyncDispose]()
    await using other = await openTestDatabase()
    const name = new URL(gone.url).pathname.slice(1)
    expect(await other.sql`select datname from pg_database where datname = ${name}`).toEqual([])
  })
})
