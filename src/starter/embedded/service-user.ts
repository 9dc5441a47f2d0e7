import { execFile } from 'node:child_process'
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { UserError } from '../../config/errors.ts'

const run = promisify(execFile)

/** The system user that an embedded server runs as; Postgres refuses to run as root. */
export interface ServiceUser {
  uid: number
  gid: number
}

/** Undefined unless we are root: then everything simply runs as who we are. */
export async function findServiceUser(existingFolder: string): Promise<ServiceUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  // A database made under one user stays with it, whatever users the machine gets later.
  const folder = await stat(existingFolder).catch(() => undefined)
  if (folder !== undefined && folder.uid !== 0) return { uid: folder.uid, gid: folder.gid }
  const user =
    (await lookUp('dealbridge')) ??
    (await lookUp('postgres')) ??
    (await create('dealbridge')) ??
    (await lookUp('nobody'))
  if (user !== undefined) return user
  throw new UserError({
    code: 'NO_SERVICE_USER',
    message: 'The embedded Postgres cannot run as root, and no other system user was found or could be made.',
    hints: ['Run as an ordinary user, create a system user named "dealbridge", or set DATABASE_URL.'],
  })
}

/** Makes the data folder, and refuses one that the service user cannot reach. */
export async function openDataDir(dataDir: string, user: ServiceUser | undefined): Promise<void> {
  // Folders above that are not there yet are made for the user to pass through, too.
  if (user !== undefined) await mkdir(dirname(dataDir), { recursive: true })
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (user === undefined) return
  const { mode } = await stat(dataDir)
  // Passing through is all the user needs; each secret in the folder is 0600 of its own.
  if (!(await mayEnter(dataDir, user))) await chmod(dataDir, (mode & 0o7777) | 0o011)
  const closed = await firstClosedFolder(dataDir, user)
  if (closed === undefined) return
  throw new UserError({
    code: 'DATA_DIR_UNREACHABLE',
    message: `The data folder ${dataDir} lies below ${closed}, which the embedded Postgres' system user (uid ${user.uid}) may not enter.`,
    hints: [
      'Set DEALBRIDGE_DATA_DIR to a folder outside of it, e.g. DEALBRIDGE_DATA_DIR=/var/lib/dealbridge-mine.',
    ],
    exitCode: 2,
  })
}

/** The outermost folder on the way to `path` that the user may not pass through. */
export async function firstClosedFolder(path: string, user: ServiceUser): Promise<string | undefined> {
  const folders: string[] = []
  for (let folder = path; ; folder = dirname(folder)) {
    folders.unshift(folder)
    if (dirname(folder) === folder) break
  }
  for (const folder of folders) {
    if (!(await mayEnter(folder, user))) return folder
  }
  return undefined
}

async function mayEnter(folder: string, user: ServiceUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder)
  if (uid === user.uid) return (mode & 0o100) !== 0
  if (gid === user.gid) return (mode & 0o010) !== 0
  return (mode & 0o001) !== 0
}

async function lookUp(name: string): Promise<ServiceUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    const user = { uid: Number(uid.stdout), gid: Number(gid.stdout) }
    return user.uid > 0 ? user : undefined
  } catch {
    return undefined
  }
}

async function create(name: string): Promise<ServiceUser | undefined> {
  try {
    await run('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      name,
    ])
  } catch {
    // Another start may have made it in the same moment, or there is no useradd: looking it up tells.
  }
  return lookUp(name)
}
