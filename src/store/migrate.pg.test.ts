import { readdir } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { openTestDatabase } from '../../test/support/database.ts'
import { UserError } from '../config/errors.ts'
import { openDatabase } from './database.ts'
import { migrate } from './migrate.ts'

const files = (await readdir(new URL('./migrations/', import.meta.url))).sort()

it('an empty database gets the whole schema, and a second run changes nothing', async () => {
  await using database = await openTestDatabase()
  const db = openDatabase({ url: database.url })
  await migrate(db)
  const applied = await db`select version, name, applied_at from migration order by version`
  expect(applied.map(({ version, name }) => [version, name])).toEqual(files.map((name, n) => [n + 1, name]))
  expect(await db`select * from pending`).toEqual([])
  await migrate(db)
  expect(await db`select version, name, applied_at from migration order by version`).toEqual(applied)
  await db.end()
})

it('many processes at once make one schema', async () => {
  await using database = await openTestDatabase()
  const pools = Array.from({ length: 4 }, () => openDatabase({ url: database.url, max: 1 }))
  await Promise.all(pools.map((db) => migrate(db)))
  const [row] = await database.sql`select count(*)::int as files from dealbridge.migration`
  expect(row).toEqual({ files: files.length })
  await Promise.all(pools.map((db) => db.end()))
})

it('a migration that fails leaves nothing behind', async () => {
  await using database = await openTestDatabase(async (sql) => {
    await sql`create schema dealbridge`
    await sql`create table dealbridge.pair (somebody_elses int)`
  })
  const db = openDatabase({ url: database.url })
  await expect(migrate(db)).rejects.toThrow('relation "pair" already exists')
  const tables = await db<{ name: string }[]>`
    select table_name as name from information_schema.tables where table_schema = 'dealbridge'`
  expect(tables.map((table) => table.name)).toEqual(['pair'])
  await db.end()
})

it('a schema of a newer version is refused, untouched, with what to do', async () => {
  await using database = await openTestDatabase()
  const db = openDatabase({ url: database.url })
  await migrate(db)
  await db`insert into migration (version, name) values (${files.length + 1}, 'of_tomorrow.sql')`
  const error = await migrate(db).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(UserError)
  expect(error).toMatchObject({ code: 'NEWER_SCHEMA', exitCode: 2 })
  expect((error as UserError).message).toContain(`version ${files.length + 1}`)
  expect((error as UserError).hints.join(' ')).toContain('DATABASE_URL')
  await db.end()
})
