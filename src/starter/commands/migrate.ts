import type { Command } from 'commander'
import type { Config } from '../../config/parse.ts'
import { knownVersion, migrate, schemaVersion } from '../../store/migrate.ts'
import { type Answer, say } from '../answer.ts'
import { openRecord } from '../record.ts'
import { findRecordUrl } from '../session.ts'
import { configured, type Outcome } from './shared.ts'

type MigrateFlags = { readonly dryRun?: boolean; readonly json?: boolean }

export function addMigrate(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('migrate')
    .description("bring the record's schema to this version; workers and receivers do so by themselves, too")
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (flags: MigrateFlags) => finish(say(await migrated(configured(), flags), flags.json)))
}

export async function migrated(config: Config, { dryRun = false }: MigrateFlags): Promise<Answer> {
  const { url } = await findRecordUrl(config)
  const db = await openRecord(url)
  try {
    const { from, to } = dryRun
      ? { from: await schemaVersion(db), to: await knownVersion() }
      : await migrate(db)
    const line =
      from === to
        ? `The schema has version ${to} already.`
        : `The schema ${dryRun ? 'would come' : 'has come'} from version ${from} to ${to}.`
    return { json: { from, to, written: !dryRun && from !== to }, lines: [line], outcome: 0 }
  } finally {
    await db.end({ timeout: 5 })
  }
}
