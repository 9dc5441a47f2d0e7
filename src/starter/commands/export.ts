import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { access, rename, rm } from 'node:fs/promises'
import type { Command } from 'commander'
import { messageOf, UserError } from '../../config/errors.ts'
import type { Db } from '../../store/database.ts'
import { type ExportCounts, writeExport } from '../export/write-export.ts'
import { tell } from '../output.ts'
import { programVersion } from '../program-version.ts'
import { openRecord } from '../record.ts'
import { findRecordUrl, interrupted } from '../session.ts'
import { counted } from '../task-words.ts'
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

/** Whole or not at all, and for its owner's eyes alone. Throws UserError (exit code 2). */
export async function toFile(db: Db, path: string, signal: AbortSignal): Promise<ExportCounts> {
  if (await isThere(path)) throw isThereAlready(path)
  const half = `${path}.part`
  const file = createWriteStream(half, { mode: 0o600 })
  try {
    await once(file, 'open')
    const failed = once(file, 'error').then(([error]) => Promise.reject(error))
    const counts = await Promise.race([writeExport(db, file, { program: programVersion(), signal }), failed])
    await Promise.race([new Promise<void>((done) => file.end(() => done())), failed])
    await rename(half, path)
    return counts
  } catch (error) {
    file.destroy()
    await rm(half, { force: true })
    if (error instanceof UserError) throw error
    throw new UserError({
      code: 'EXPORT_FAILED',
      message: `Nothing was exported to ${path}: ${messageOf(error)}`,
      hints: ['Choose another file with --out, or leave it out to have it on stdout.'],
      cause: error,
    })
  }
}

function summaryOf(counts: ExportCounts, out: string | undefined): string {
  const lines = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return `${counted(lines, 'object')}${out === undefined ? '' : ` in ${out}`}; credentials are not among them.`
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

function isThereAlready(path: string): UserError {
  return new UserError({
    code: 'FILE_EXISTS',
    message: `${path} is there already, and is not written over.`,
    hints: ['Choose another name, or remove it first.'],
    exitCode: 2,
  })
}
