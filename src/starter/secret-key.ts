import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode, UserError } from '../config/errors.ts'

/**
 * The key that seals stored credentials: DEALBRIDGE_SECRET_KEY, else, with the embedded Postgres, one made once and
 * kept beside the data that it seals. With a database elsewhere it must be given, since the data folder may not
 * move along.
 */
export async function loadSecretKey(options: {
  configured: string | undefined
  embedded: boolean
  dataDir: string
}): Promise<string> {
  if (options.configured !== undefined) return options.configured
  if (!options.embedded) {
    throw new UserError({
      code: 'SECRET_KEY_MISSING',
      message: 'DEALBRIDGE_SECRET_KEY is required when DATABASE_URL is set: it seals the stored credentials.',
      hints: ['Make one with: openssl rand -base64 32. Keep it with your other secrets.'],
      exitCode: 2,
    })
  }
  const path = join(options.dataDir, 'secret-key')
  return (await readIfThere(path)) ?? makeKey(path)
}

async function makeKey(path: string): Promise<string> {
  const half = `${path}.${process.pid}`
  await writeFile(half, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600 })
  try {
    await link(half, path)
  } catch (error) {
    // Another process made one in the same moment: that one counts.
    if (systemErrorCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(half, { force: true })
  }
  return (await readFile(path, 'utf8')).trim()
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
