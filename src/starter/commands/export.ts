import type { Command } from 'commander'
import { messageOf, UserError } from '../../config/errors.ts'
import type { Db } from '../../store/database.ts'
import { type ExportCounts, writeExport } from '../export/write-export.ts'
import { tell } from '../output.ts'
import { programVersion } from '../program-version.ts'
import { openRecord } from '../record.ts'
import { findRecordUrl, interrupted } from '../session.ts'
import { counted } from '../task-words.ts'
import { writeWhole } from '../whole-file.ts'
import { configured, type Outcome } from './shared.ts'

type ExportFlags = { readonly out?: string }

export function addExport(program: Command, finish: (outcome: Outcome) => void): void {
  program
    .command('export')
    .description('everything that Dealbridge knows, as JSON lines, without credentials')
    .option('--out <file>', 'into this file, which is made; else to stdout')
    .action(async (flags: ExportFlags) => finish(await exportAll(flags)))
}

async function exportAll({ out }: ExportFlags): Promise<Outcome> {
  const { url } = await findRecordUrl(configured())
  const db = await openRecord(url)
  const signal = interrupted()
  try {
    const counts = out === undefined ? await toStdout(db, signal) : await toFile(db, out, signal)
    tell(summaryOf(counts, out))
    return 0
  } finally {
    await db.end({ timeout: 5 })
  }
}

async function toStdout(db: Db, signal: AbortSignal): Promise<ExportCounts> {
  // Whoever reads may stop before the end, e.g. `| head`.
  process.stdout.on('error', () => process.exit(0))
  return writeExport(db, process.stdout, { program: programVersion(), signal })
}

/** Whole or not at all, and for its owner's eyes alone. Throws UserError. */
export async function toFile(db: Db, path: string, signal: AbortSignal): Promise<ExportCounts> {
  const failed = (error: unknown) => notExported(path, error)
  const { value } = await writeWhole(path, { failed }, (file) =>
    writeExport(db, file, { program: programVersion(), signal }),
  )
  return value
}

function notExported(path: string, error: unknown): UserError {
  return new UserError({
    code: 'EXPORT_FAILED',
    message: `Nothing was exported to ${path}: ${messageOf(error)}`,
    hints: ['Choose another file with --out, or leave it out to have it on stdout.'],
    cause: error,
  })
}

function summaryOf(counts: ExportCounts, out: string | undefined): string {
  const lines = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return `${counted(lines, 'object')}${out === undefined ? '' : ` in ${out}`}; credentials are not among them.`
}
