import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where the build leaves the command. */
export const builtCommand = join(root, 'dist', 'src', 'starter', 'main.js')
/** What the build makes last. */
const lastBuilt = join(root, 'dist', 'workflow-bundle.js')

/** Builds the command unless what is built is newer than all sources. */
export async function buildCommand(): Promise<void> {
  const built = await changedAt(lastBuilt)
  const sources = await Promise.all(['src', 'simulators'].map((folder) => newestIn(join(root, folder))))
  if (built > Math.max(...sources)) return
  await promisify(execFile)('npm', ['run', 'build'], { cwd: root })
}

async function newestIn(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true })
  const code = files.filter((file) => /\.(ts|sql)$/.test(file) && !file.endsWith('.test.ts'))
  return Math.max(...(await Promise.all(code.map((file) => changedAt(join(folder, file))))))
}

/** 0 when it is not there. */
async function changedAt(path: string): Promise<number> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => 0,
  )
}

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

export interface RunningCommand {
  pid: number
  /** All that it has said on stderr so far. */
  said(): string
  /** All that it has printed on stdout so far. */
  printed(): string
  ended: Promise<Answer>
}

/** Runs the built command in an environment that holds nothing but what is given. */
export function beginCommand(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): RunningCommand {
  const child = spawn(process.execPath, [builtCommand, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk)
  })
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk)
  })
  const ended = once(child, 'close').then(([code]): Answer => ({ code, stdout, stderr }))
  return { pid: child.pid ?? 0, said: () => stderr, printed: () => stdout, ended }
}
