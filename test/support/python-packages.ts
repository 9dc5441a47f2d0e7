import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The root of the project; built code lies one folder deeper. */
const ROOT = new URL(import.meta.url.endsWith('.ts') ? '../../' : '../../../', import.meta.url)
/** Kept beside the dependencies, so that it is fetched once and not with every run. */
const CACHE = fileURLToPath(new URL('node_modules/.cache/dealbridge', ROOT))
const REQUIREMENTS = fileURLToPath(new URL('test/support/caldav-requirements.txt', ROOT))
const INSTALL_TIMEOUT_MS = 300_000

export const PYTHON = process.platform === 'win32' ? 'python' : 'python3'

/**
 * The folder with the Python packages of `caldav-requirements.txt`, for PYTHONPATH. Versions are pinned, of all that they
 * need, too; hashes are not, because some wheels differ from machine to machine. Throws, with what to do, where there is
 * no Python or pip: tests that need it must not pass without.
 */
export async function pythonPackages(): Promise<string> {
  const pinned = createHash('sha256')
    .update(await readFile(REQUIREMENTS))
    .update(await pythonVersion())
  const folder = join(CACHE, `python-${pinned.digest('hex').slice(0, 16)}`)
  if (existsSync(folder)) return folder
  await mkdir(CACHE, { recursive: true })
  const draft = await mkdtemp(join(CACHE, 'python-draft-'))
  try {
    await pipInstall(draft)
    // Two test files may have begun at once: the first one counts.
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
  return folder
}

async function pythonVersion(): Promise<string> {
  try {
    return (await run(PYTHON, ['--version'])).stdout
  } catch (cause) {
    throw new Error(
      'Tests of the CalDAV provider need Python 3.10 or newer as `python3`. Install it, with pip.',
      {
        cause,
      },
    )
  }
}

async function pipInstall(target: string): Promise<void> {
  const options = ['--quiet', '--no-input', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check']
  try {
    await run(PYTHON, ['-m', 'pip', 'install', ...options, '--target', target, '-r', REQUIREMENTS], {
      timeout: INSTALL_TIMEOUT_MS,
    })
  } catch (cause) {
    throw new Error(
      'The CalDAV servers for tests could not be installed: pip needs its index once (test/support/caldav-requirements.txt).',
      { cause },
    )
  }
}
