import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { answered } from '../../../test/starter/documents.ts'
import { openMigratedDatabase, type TestDatabase } from '../../../test/support/database.ts'
import type { Config } from '../../config/parse.ts'
import { readConfig } from '../../config/parse.ts'
import { saveConnection } from '../../store/connections.ts'
import { type Db, openDatabase } from '../../store/database.ts'
import { readLines, writeLines } from '../backup-file.ts'
import { backup } from './backup.ts'
import { type RestoreFlags, restore } from './restore.ts'

const KEY = 'a key of the tests'

let database: TestDatabase
let db: Db
let dataDir: string
let config: Config

beforeAll(async () => {
  database = await openMigratedDatabase()
  db = openDatabase({ url: database.url })
  dataDir = await mkdtemp(join(tmpdir(), 'dealbridge-restore-'))
  const env = { DATABASE_URL: database.url, DEALBRIDGE_SECRET_KEY: KEY, DEALBRIDGE_DATA_DIR: dataDir }
  config = readConfig({ env, cwd: dataDir, isTerminal: false })
  const given = { name: 'home', provider: 'todoist', baseUrl: 'memory:', credentials: { token: 'x' } }
  await saveConnection(db, { ...given, pollSeconds: 30, webhooks: false }, KEY)
})
afterAll(async () => {
  await db.end()
  await database[Symbol.asyncDispose]()
})

const put = (file: string, flags: RestoreFlags) =>
  restore(config, { url: database.url, dataDir, embedded: false }, file, flags)
const names = async () =>
  (await db<{ name: string }[]>`select name from dealbridge.connection order by id`).map(({ name }) => name)

it('a file that is cut off changes nothing: the record stays, and so do its workflows until a whole one is in place', async () => {
  const [whole, cut] = [join(dataDir, 'whole.backup'), join(dataDir, 'cut.backup')]
  await answered('backup', backup(config, { out: whole }))
  expect((await stat(whole)).mode & 0o777).toBe(0o600)
  await expect(backup(config, { out: whole })).rejects.toMatchObject({ code: 'FILE_EXISTS', exitCode: 2 })
  const lines: string[] = []
  for await (const line of readLines(whole)) lines.push(line)
  await writeLines(cut, (write) => write(lines.slice(0, -1)))
  // Of the embedded Temporal.
  const workflows = join(dataDir, 'temporal.db')
  await writeFile(workflows, 'workflows')
  await db`update connection set name = 'office'`

  await expect(put(cut, { replace: true })).rejects.toMatchObject({ code: 'BROKEN_BACKUP' })
  await expect(put(whole, {})).rejects.toMatchObject({ code: 'RECORD_IN_USE', exitCode: 2 })
  const dry = await answered('restore', put(whole, { replace: true, dryRun: true }))
  expect(dry).toMatchObject({ outcome: 0, json: { written: false } })
  expect([await names(), await readFile(workflows, 'utf8')]).toEqual([['office'], 'workflows'])

  expect(await answered('restore', put(whole, { replace: true }))).toMatchObject({ outcome: 0 })
  expect(await names()).toEqual(['home'])
  await expect(readFile(workflows)).rejects.toThrow('ENOENT')
})
