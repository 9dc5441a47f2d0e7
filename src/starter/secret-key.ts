import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemErrorCode, UserError } from '../config/errors.ts'
import type { Config } from '../config/parse.ts'
import { configuredKeys, keysIn, keysOfFile, type SecretKeys } from '../config/secret-keys.ts'

/** The keys in force, and the file that has them: undefined where the environment has them. `own`: it is in the data folder. */
export type KeySource = {
  readonly keys: SecretKeys
  readonly file: string | undefined
  readonly own: boolean
}

/**
 * The keys that seal stored credentials: DEALBRIDGE_SECRET_KEY, else, with the embedded Postgres, one made once and
 * kept beside the data that it seals. With a database elsewhere it must be given, since the data folder may not
 * move along.
 */
export async function loadSecretKeys(
  config: Pick<Config, 'DEALBRIDGE_SECRET_KEY' | 'DATABASE_URL' | 'secretFiles'>,
  dataDir: string,
): Promise<KeySource> {
  const configured = configuredKeys(config)
  if (configured !== undefined)
    return { keys: configured, file: config.secretFiles.DEALBRIDGE_SECRET_KEY, own: false }
  if (config.DATABASE_URL !== undefined) {
    throw new UserError({
      code: 'SECRET_KEY_MISSING',
      message: 'DEALBRIDGE_SECRET_KEY is required when DATABASE_URL is set: it seals the stored credentials.',
      hints: ['Make one with: openssl rand -base64 32. Keep it with your other secrets.'],
      exitCode: 2,
    })
  }
  const file = ownKeyFile(dataDir)
  if (!(await hasKey(file))) await keepFirstKey(file)
  return { keys: keysOfFile(file), file, own: true }
}

/** Where the key is kept that goes with the embedded Postgres. */
export function ownKeyFile(dataDir: string): string {
  return join(dataDir, 'secret-key')
}

/** A key as this program makes them: 256 bits, in base64. */
export function newKey(): string {
  return randomBytes(32).toString('base64')
}

async function keepFirstKey(path: string): Promise<void> {
  const half = `${path}.${process.pid}`
  await writeFile(half, `${newKey()}\n`, { mode: 0o600 })
  try {
    await link(half, path)
  } catch (error) {
    // Another process made one in the same moment: that one counts.
    if (systemErrorCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(half, { force: true })
  }
}

async function hasKey(path: string): Promise<boolean> {
  try {
    return keysIn(await readFile(path, 'utf8')).length > 0
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false
    throw error
  }
}
