import { open, rename, rm, stat } from 'node:fs/promises'
import { PassThrough, type Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { UserError } from '../config/errors.ts'

/** `through`: what is done to all that is written. `failed`: what is thrown in place of an error that is not a person's yet. */
export type WholeFile = { readonly through?: Transform; readonly failed: (error: unknown) => unknown }

/**
 * Writes a file that appears whole or not at all, for its owner alone. Gives back what `work` gives, and the size in bytes. Throws
 * UserError where there is a file of that name already.
 */
export async function writeWhole<T>(
  path: string,
  { through = new PassThrough(), failed }: WholeFile,
  work: (into: Writable) => Promise<T>,
): Promise<{ readonly value: T; readonly bytes: number }> {
  if (await isThere(path)) throw inTheWay(path)
  const half = `${path}.${process.pid}.part`
  try {
    const file = await open(half, 'wx', 0o600)
    const written = pipeline(through, file.createWriteStream({ flush: true }))
    // A full disk ends it also while `work` waits for room, or for something else.
    const broken = written.then(() => new Promise<never>(() => {}))
    broken.catch(() => {})
    const value = await Promise.race([work(through), broken])
    through.end()
    await written
    const { size } = await stat(half)
    await rename(half, path)
    return { value, bytes: size }
  } catch (error) {
    through.destroy()
    throw error instanceof UserError ? error : failed(error)
  } finally {
    await rm(half, { force: true })
  }
}

async function isThere(path: string): Promise<boolean> {
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
