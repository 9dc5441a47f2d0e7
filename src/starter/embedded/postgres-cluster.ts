import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { UserError } from '../../config/errors.ts'
import type { PostgresBinaries } from './postgres-binaries.ts'
import type { ServiceUser } from './service-user.ts'

export const DATABASE_USER = 'dealbridge'

/** Loopback with a password is the only way in. */
const clientRules = 'host all all 127.0.0.1/32 scram-sha-256\n'

/** Initial database folder: initdb in a folder aside, so that one cut short never looks finished. */
export async function ensureCluster(options: {
  dataDir: string
  binaries: PostgresBinaries
  user: ServiceUser | undefined
  durable: boolean
}): Promise<{ folder: string; password: string; created: boolean }> {
  const { dataDir, user } = options
  const folder = clusterFolder(dataDir)
  const existing = await stat(folder).catch(() => undefined)
  if (existing !== undefined) {
    if (user === undefined && process.getuid !== undefined && existing.uid !== process.getuid()) {
      throw new UserError({
        code: 'DATA_DIR_OWNER',
        message: `The database in ${folder} belongs to another user (uid ${existing.uid}).`,
        hints: ['Run as the user who started it first, or set DEALBRIDGE_DATA_DIR to another folder.'],
        exitCode: 2,
      })
    }
    return { folder, password: await readPassword(dataDir), created: false }
  }
  const password = randomBytes(24).toString('base64url')
  const half = `${folder}-new`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { mode: 0o700 })
  if (user !== undefined) await chown(half, user.uid, user.gid)
  await initialise({ ...options, folder: half, password })
  await writeFile(join(half, 'pg_hba.conf'), clientRules)
  await writeFile(passwordFile(dataDir), `${password}\n`, { mode: 0o600 })
  await rename(half, folder)
  return { folder, password, created: true }
}

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres')
}

async function initialise(options: {
  dataDir: string
  folder: string
  password: string
  binaries: PostgresBinaries
  user: ServiceUser | undefined
  durable: boolean
}): Promise<void> {
  const { dataDir, folder, password, binaries, user, durable } = options
  const secret = join(dataDir, 'postgres-password-new')
  await rm(secret, { force: true })
  await writeFile(secret, password, { mode: 0o600 })
  if (user !== undefined) await chown(secret, user.uid, user.gid)
  try {
    await runInitdb(
      binaries.program('initdb'),
      [
        `--pgdata=${folder}`,
        `--username=${DATABASE_USER}`,
        `--pwfile=${secret}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--no-locale',
        '--no-instructions',
        ...(durable ? [] : ['--no-sync']),
      ],
      { cwd: folder, user },
    )
  } finally {
    await rm(secret, { force: true })
  }
}

function runInitdb(
  program: string,
  args: string[],
  options: { cwd: string; user: ServiceUser | undefined },
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options.user,
    })
    let output = ''
    const keep = (chunk: Buffer) => {
      output += chunk.toString()
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) return resolve()
      const reason = output.trim().split('\n').slice(-5).join('\n')
      reject(
        new UserError({
          code: 'POSTGRES_INIT',
          message: `The embedded Postgres could not make its database folder: ${reason}`,
        }),
      )
    })
  })
}

async function readPassword(dataDir: string): Promise<string> {
  try {
    return (await readFile(passwordFile(dataDir), 'utf8')).trim()
  } catch (error) {
    throw new UserError({
      code: 'POSTGRES_PASSWORD_LOST',
      message: `The embedded Postgres' password file ${passwordFile(dataDir)} cannot be read.`,
      hints: [`Restore it from a backup, or remove ${dataDir} for a fresh start.`],
      cause: error,
    })
  }
}

function passwordFile(dataDir: string): string {
  return join(dataDir, 'postgres-password')
}
