import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { Config } from '../../config/parse.ts'
import { writeBackup } from '../../store/backup/write.ts'
import { type Answer, say } from '../answer.ts'
import { writeLines } from '../backup-file.ts'
import { chooseDataDir } from '../data-dir.ts'
import { openRecord } from '../record.ts'
import { hasOwnRecord, withRecordAlone } from '../record-alone.ts'
import { findRun } from '../run-file.ts'
import { type KeySource, loadSecretKeys } from '../secret-key.ts'
import { findRecordUrl } from '../session.ts'
import { configured, type Outcome } from './shared.ts'

type BackupFlags = { readonly out?: string; readonly json?: boolean }

export function addBackup(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('backup')
    .description('write the whole record into a file, also while everything runs')
    .option('--out <file>', 'the file; default: one named by the time, in this folder')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: BackupFlags) => finish(say(await backup(configured(), flags), flags.json)))
}

export async function backup(config: Config, { out }: BackupFlags): Promise<Answer> {
  const file = resolve(out ?? `dealbridge-${stamp(new Date())}.backup`)
  const { path: dataDir } = chooseDataDir(config.DEALBRIDGE_DATA_DIR)
  const running = config.DATABASE_URL !== undefined || (await findRun(dataDir)) !== undefined
  if (running || !hasOwnRecord(dataDir)) {
    const { url, run } = await findRecordUrl(config)
    return written(config, { url, dataDir: run?.dataDir ?? dataDir, file })
  }
  return withRecordAlone(config, ({ url }) => written(config, { url, dataDir, file }))
}

async function written(
  config: Config,
  { url, dataDir, file }: { readonly url: string; readonly dataDir: string; readonly file: string },
): Promise<Answer> {
  const source = await loadSecretKeys(config, dataDir)
  const db = await openRecord(url)
  try {
    const { value, bytes } = await writeLines(file, (write) => writeBackup(db, source.keys, write))
    const { takenAt, schema, tables, rows } = value
    return {
      json: { file, bytes, takenAt, schema, tables, rows },
      lines: [`${file}: ${rows} rows of ${tables} tables, ${bytes} bytes.`, keyLine(source)],
      outcome: 0,
    }
  } finally {
    await db.end({ timeout: 5 })
  }
}

function keyLine({ file }: KeySource): string {
  return `The credentials in it are sealed by the key in ${file ?? 'DEALBRIDGE_SECRET_KEY'}, which is not in it: keep that too, elsewhere.`
}

/** As `20270304T091500Z`. */
function stamp(now: Date): string {
  return now.toISOString().replace(/\.\d+/u, '').replace(/[-:]/gu, '')
}
