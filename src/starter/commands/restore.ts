import { resolve } from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../../config/errors.ts'
import type { Config } from '../../config/parse.ts'
import { type BackupHead, KEY_TEXT } from '../../store/backup/format.ts'
import { connectionsHere, dropCredentials, processesHere } from '../../store/backup/place.ts'
import { readHead, restoreBackup } from '../../store/backup/read.ts'
import { type Db, onTrial, type Tx } from '../../store/database.ts'
import { marks } from '../../store/seal.ts'
import { connectClient } from '../../worker/connect.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { readLines } from '../backup-file.ts'
import { quoted } from '../command-name.ts'
import { clearEmbeddedTemporal } from '../embedded/temporal.ts'
import { endWorkflows } from '../end-workflows.ts'
import { openRecord } from '../record.ts'
import { type RecordAlone, withRecordAlone } from '../record-alone.ts'
import { type KeySource, loadSecretKeys } from '../secret-key.ts'
import { configured, type Outcome } from './shared.ts'

export type RestoreFlags = {
  readonly replace?: boolean
  readonly otherKey?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function addRestore(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('restore')
    .description('put the record of a backup in place, while nothing runs')
    .argument('<file>', 'what "dealbridge backup" has written')
    .option('--replace', 'in place of the record that is there, which is gone then')
    .option('--other-key', 'though the key is another one: credentials have to be entered again')
    .option('--dry-run', 'read all of it and try it out; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, flags: RestoreFlags) => {
      const config = configured()
      const work = (record: RecordAlone) => restore(config, record, resolve(file), flags)
      finish(say(await withRecordAlone(config, work), flags.json))
    })
}

export async function restore(
  config: Config,
  record: RecordAlone,
  file: string,
  flags: RestoreFlags,
): Promise<Answer> {
  const source = await loadSecretKeys(config, record.dataDir)
  const lines = readLines(file)
  const head = await readHead((await lines.next()).value)
  const opens = head.key === null || marks(KEY_TEXT, source.keys).includes(head.key)
  if (!opens && flags.otherKey !== true) throw otherKey(source)
  const db = await openRecord(record.url)
  try {
    await requireRoom(db, flags)
    const run = flags.dryRun === true ? onTrial : once
    const done = await run(db, async (tx) => {
      const restored = await putInPlace(tx, head, { lines, key: opens ? null : source })
      // Only now is it known that all of the file can be read; where they cannot be ended, nothing is in place.
      if (flags.dryRun !== true) await forgetWorkflows(config, record)
      return restored
    })
    return answerOf(head, done, flags)
  } finally {
    await db.end({ timeout: 5 })
  }
}

/** The file is read as it goes, so that it cannot be tried again. */
const once = async <T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> => (await db.begin(work)) as T

type Restored = { readonly tables: number; readonly rows: number; readonly without: readonly string[] }

async function putInPlace(
  tx: Tx,
  head: BackupHead,
  { lines, key }: { readonly lines: AsyncIterable<string>; readonly key: KeySource | null },
): Promise<Restored> {
  const counts = await restoreBackup(tx, head, lines)
  return { ...counts, without: key === null ? [] : await dropCredentials(tx, key.keys) }
}

async function requireRoom(db: Db, { replace = false }: RestoreFlags): Promise<void> {
  const working = await processesHere(db)
  if (working.length > 0)
    throw new UserError({
      code: 'STILL_RUNNING',
      message: `On this database there works a ${working.join(', and a ')}.`,
      hints: ['Stop every worker and receiver first.'],
      exitCode: 2,
    })
  const connections = await connectionsHere(db)
  if (connections > 0 && !replace)
    throw new UserError({
      code: 'RECORD_IN_USE',
      message: `There is a record here, with ${connections} connections.`,
      hints: [`Keep it with ${quoted('backup')}; then --replace puts the other one in its place.`],
      exitCode: 2,
    })
}

/**
 * Workflows hold nothing but numbers of rows, which are of another record now. Of the one before they are begun again where the new
 * one does not come after all.
 */
async function forgetWorkflows(config: Config, { dataDir }: RecordAlone): Promise<void> {
  if (config.TEMPORAL_ADDRESS === undefined) return clearEmbeddedTemporal(dataDir)
  const client = await connectClient(config.environment)
  try {
    await endWorkflows(client, 'the record was restored from a backup')
  } finally {
    await client.connection.close()
  }
}

function answerOf(
  { takenAt, schema }: BackupHead,
  { tables, rows, without }: Restored,
  { dryRun = false }: RestoreFlags,
): Answer {
  const said = [
    `The record of ${takenAt}: ${rows} rows of ${tables} tables.`,
    ...without.map(
      (name) => `${name} needs its credentials again: ${quoted(`connect edit ${name} --credentials`)}.`,
    ),
    'When it runs again, each route first looks at all of both sides and finds together what came since.',
  ]
  return {
    json: { takenAt, schema, tables, rows, withoutCredentials: without, written: !dryRun },
    lines: dryRun ? [DRY, ...said] : said,
    outcome: without.length > 0 ? 3 : 0,
  }
}

function otherKey({ file }: KeySource): UserError {
  return new UserError({
    code: 'OTHER_KEY',
    message: `The credentials in the backup are sealed by another key than that in ${file ?? 'DEALBRIDGE_SECRET_KEY'}.`,
    hints: [
      `Put the key of then into ${file ?? 'DEALBRIDGE_SECRET_KEY'}; or go on with --other-key, and enter credentials again.`,
    ],
    exitCode: 2,
  })
}
