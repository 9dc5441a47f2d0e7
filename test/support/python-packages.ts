import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The checkout: one folder more up in the build. */
const ROOT = ['../..', '../../..']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((folder) => existsSync(join(folder, 'package.json')))
if (ROOT === undefined) throw new Error(`no package.json above ${dirname(fileURLToPath(import.meta.url))}`)
/** Kept beside the dependencies, so that it is fetched once and not with every run. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'dealbridge')
/** The lists of packages, by what they are for. */
const REQUIREMENTS = {
  'CalDAV servers': join(ROOT, 'test', 'support', 'caldav-requirements.txt'),
  vdirsyncer: join(ROOT, 'test', 'support', 'vdirsyncer-requirements.txt'),
} as const
const INSTALL_TIMEOUT_MS = 300_000

export const PYTHON = process.platform === 'win32' ? 'python' : 'python3'

/**
 * The folder with the Python packages of a list, for PYTHONPATH. Versions are pinned, of all that they need, too; hashes
 * are not, because some wheels differ from machine to machine. Throws, with what to do, where there is no Python or pip:
 * tests that need it must not pass without.
 */
export async function pythonPackages(what: keyof typeof REQUIREMENTS = 'CalDAV servers'): Promise<string> {
  const pinned = createHash('sha256')
    .update(await readFile(REQUIREMENTS[what]))
    .update(await pythonVersion())
  const folder = join(CACHE, `python-${pinned.digest('hex').slice(0, 16)}`)
  if (existsSync(folder)) return folder
  await mkdir(CACHE, { recursive: true })
  const draft = await mkdtemp(join(CACHE, 'python-draft-'))
  try {
    await pipInstall(draft, what)
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
      'What is tried against CalDAV servers needs Python 3.10 or newer as `python3`. Install it, with pip.',
      { cause },
    )
  }
}

async function pipInstall(target: string, what: keyof typeof REQUIREMENTS): Promise<void> {
  const options = ['--quiet', '--no-input', '--no-deps', '--only-binary=:all:', '--disable-pip-version-check']
  try {
    await run(PYTHON, ['-m', 'pip', 'install', ...options, '--target', target, '-r', REQUIREMENTS[what]], {
      timeout: INSTALL_TIMEOUT_MS,
    })
  } catch (cause) {
    const list = relative(ROOT ?? '', REQUIREMENTS[what])
    throw new Error(`${what} could not be installed: pip needs its index once (${list}).`, { cause })
  }
}
