import { once } from 'node:events'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { messageOf, systemErrorCode, UserError } from '../config/errors.ts'
import { writeWhole } from './whole-file.ts'

/** Takes lines, one after another. */
export type LineWriter = (lines: readonly string[]) => Promise<void>

/**
 * Writes lines into a compressed file (`writeWhole`). Gives back what `work` gives, and the size in bytes. Throws UserError where
 * there is a file of that name already, or none can be made.
 */
export async function writeLines<T>(
  path: string,
  work: (write: LineWriter) => Promise<T>,
): Promise<{ readonly value: T; readonly bytes: number }> {
  return writeWhole(path, { through: createGzip(), failed: (error) => notWritten(path, error) }, (gzip) =>
    work(async (lines) => {
      const chunk = lines.map((line) => `${line}\n`).join('')
      if (chunk !== '' && !gzip.write(chunk)) await once(gzip, 'drain')
    }),
  )
}

/** The lines of a compressed file. Throws UserError where it cannot be read. Lines end at a line feed and nowhere else. */
export async function* readLines(path: string): AsyncGenerator<string> {
  const gunzip = createGunzip()
  const reading = pipeline(createReadStream(path), gunzip)
  reading.catch(() => {})
  try {
    let rest = ''
    for await (const chunk of Readable.from(gunzip.setEncoding('utf8'))) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      yield* lines
    }
    await reading
    if (rest !== '') yield rest
  } catch (error) {
    if (error instanceof UserError || systemErrorCode(error) === undefined) throw error
    throw new UserError({
      code: 'BACKUP_NOT_READ',
      message: `${path} cannot be read: ${messageOf(error)}`,
      hints: ['Name a file that "dealbridge backup" wrote, or take another copy of it. Nothing was changed.'],
      exitCode: systemErrorCode(error) === 'ENOENT' ? 2 : 1,
      cause: error,
    })
  } finally {
    gunzip.destroy()
  }
}

/** Errors of the record are told as such. */
function notWritten(path: string, error: unknown): unknown {
  if (systemErrorCode(error) === undefined) return error
  return new UserError({
    code: 'BACKUP_NOT_WRITTEN',
    message: `The backup could not be written to ${path}: ${messageOf(error)}`,
    hints: ['Name another file with --out.'],
    cause: error,
  })
}
