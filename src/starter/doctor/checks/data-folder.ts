import { access, chmod, constants, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, systemErrorCode } from '../../../config/errors.ts'
import { clusterFolder } from '../../embedded/postgres-cluster.ts'
import { firstClosedFolder } from '../../embedded/service-user.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'

const { ok, warning, problem } = findingsOf('data folder')
/** Of the data folder: each holds a secret. */
const SECRETS = ['secret-key', 'postgres-password', 'run.json']
const OWNER_ALONE = 0o600

/** Whether it can be used by us, and its secrets by nobody else. */
export const checkDataFolder: Check = async ({ dataDir, config }) => {
  const embedded = config.DATABASE_URL === undefined || config.TEMPORAL_ADDRESS === undefined
  try {
    const names = await readdir(dataDir)
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    const found = [
      ...(await wayOf(dataDir)),
      ...(await Promise.all(
        SECRETS.filter((name) => names.includes(name)).map((name) => secretOf(join(dataDir, name))),
      )),
    ].filter((one) => one !== null)
    return found.length > 0 ? found : [ok(dataDir, 'can be read and written; its secrets only by you')]
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT')
      return [
        problem(
          dataDir,
          messageOf(error),
          'Give this user the folder, or set DEALBRIDGE_DATA_DIR to another one.',
          {
            exit: 2,
          },
        ),
      ]
    return embedded
      ? [warning(dataDir, 'is not there yet', 'The first "dealbridge start" makes it.')]
      : [ok(dataDir, 'is not there, and not needed')]
  }
}

/** As root, the embedded Postgres runs as another user, who has to pass through. */
async function wayOf(dataDir: string): Promise<Finding[]> {
  if (process.getuid?.() !== 0) return []
  const cluster = await stat(clusterFolder(dataDir)).catch(() => undefined)
  if (cluster === undefined) return []
  const closed = await firstClosedFolder(dataDir, cluster)
  if (closed === undefined) return []
  const words = `the embedded Postgres (uid ${cluster.uid}) may not pass through it, and cannot start`
  // What lies outside is not ours to open.
  if (closed !== dataDir)
    return [
      problem(closed, words, `chmod a+x ${closed}, or set DEALBRIDGE_DATA_DIR to a folder elsewhere.`, {
        exit: 2,
      }),
    ]
  return [
    problem(closed, words, `chmod a+x ${closed}`, {
      exit: 2,
      mend: async () => {
        const { mode } = await stat(closed)
        await chmod(closed, (mode & 0o7777) | 0o011)
        return 'others may pass through it now'
      },
    }),
  ]
}

async function secretOf(path: string): Promise<Finding | null> {
  const { mode } = await stat(path)
  // Windows keeps no such bits.
  if (process.platform === 'win32' || (mode & 0o077) === 0) return null
  return problem(path, 'holds a secret, and others on this machine can read it', `chmod 600 ${path}`, {
    mend: async () => {
      await chmod(path, OWNER_ALONE)
      return 'only its owner can read it now'
    },
  })
}
