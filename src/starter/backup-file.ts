import { createReadStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { messageOf, systemErrorCode, UserError } from '../config/errors.ts'

/** Takes lines, one after another. */
export type LineWriter = (lines: readonly string[]) => Promise<void>

/**
 * Writes lines into a compressed file that appears whole or not at all, for its owner alone. Gives back what `work` gives, and
 * the size in bytes. Throws UserError where there is a file of that name already, or none can be made.
 */
export async function writeLines<T>(
  path: string,
  work: (write: LineWriter) => Promise<T>,
): Promise<{ readonly value: T; readonly bytes: number }> {
  if (await exists(path)) throw inTheWay(path)
  const half = `${path}.${process.pid}.part`
  try {
    const file = await open(half, 'wx', 0o600)
    const gzip = createGzip()
    const written = pipeline(gzip, file.createWriteStream({ flush: true }))
    // It may fail while nobody waits for it yet.
    written.catch(() => {})
    const value = await work(async (lines) => {
      const chunk = lines.map((line) => `${line}\n`).join('')
      if (chunk === '' || gzip.write(chunk)) return
      await Promise.race([new Promise((resolve) => gzip.once('drain', resolve)), written])
    })
    gzip.end()
    await written
    const { size } = await stat(half)
    await rename(half, path)
    return { value, bytes: size }
  } catch (error) {
    if (error instanceof UserError || systemErrorCode(error) === undefined) throw error
    throw new UserError({
      code: 'BACKUP_NOT_WRITTEN',
      message: `The backup could not be written to ${path}: ${messageOf(error)}`,
      hints: ['Name another file with --out.'],
      cause: error,
    })
  } finally {
    await rm(half, { force: true })
  }
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

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

function inTheWay(path: string): UserError {
  return new UserError({
    code: 'FILE_EXISTS',
    message: `${path} is there already, and is not written over.`,
    hints: ['Name another file with --out.'],
    exitCode: 2,
  })
}
