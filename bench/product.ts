import { closeSync, mkdirSync, openSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readRunFile, roleIsAlive } from '../src/starter/run-file.ts'
import { processesWith, processTree } from './proc.ts'
import { kill, PROGRAM_CACHE, PROGRAMS, type Running, startProgram, stopProgram } from './programs.ts'
import { waitFor } from './wait.ts'

const DATA_DIR = 'DEALBRIDGE_DATA_DIR'
const READY_TIMEOUT_MS = 180_000
const STOP_TIMEOUT_MS = 30_000
/** A create whose answer was lost is repeated only after it was looked for; a few of those have to fit in. */
const SETTLE_TIMEOUT_S = 600

const runFile = z.object({
  addresses: z.record(z.string(), z.string()),
  pids: z.record(z.string(), z.number()),
})
export type RunFile = z.infer<typeof runFile>

export interface CommandResult {
  code: number | string
  stdout: string
  stderr: string
  /** Wall clock from the call to its return. */
  seconds: number
}

/** Dealbridge as a person with a terminal has it: its commands, what run.json says, and the power switch. */
export class Product {
  readonly #dataDir: string
  #env: NodeJS.ProcessEnv
  readonly #signal: AbortSignal
  #start: Running | undefined
  readonly #workers: Running[] = []

  /** `env`: what is configured beside the data folder. */
  constructor(dataDir: string, env: Readonly<Record<string, string>>, signal: AbortSignal) {
    this.#dataDir = dataDir
    this.#env = { ...neutral(process.env), ...env, [DATA_DIR]: dataDir }
    this.#signal = signal
    mkdirSync(PROGRAM_CACHE, { recursive: true })
    symlinkSync(PROGRAM_CACHE, join(dataDir, 'programs'))
  }

  /** What is configured differently from the next start on. */
  configure(env: Readonly<Record<string, string>>): void {
    this.#env = { ...this.#env, ...env }
  }

  /** `dealbridge start`; returns when it is ready. */
  async start(...args: string[]): Promise<RunFile> {
    const log = openSync(this.#logPath, 'a')
    const start = startProgram([PROGRAMS.dealbridge, 'start', ...args], {
      cwd: this.#dataDir,
      env: this.#env,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#start = start
    const ready = async () => {
      if (start.hasEnded()) throw new Error(`dealbridge start ended (${await start.ended})`)
      const run = this.run()
      const { api } = run?.addresses ?? {}
      if (run?.pids.start !== start.pid || api === undefined || run.pids.receiver === undefined)
        return undefined
      return (await answers(`${api}/health`)) ? run : undefined
    }
    return waitFor('the start of Dealbridge', ready, { signal: this.#signal, timeoutMs: READY_TIMEOUT_MS })
  }

  /** One more worker beside that of `start`, from another terminal. It ends with `stop`. */
  addWorker(): void {
    const log = openSync(this.#logPath, 'a')
    const worker = startProgram([PROGRAMS.dealbridge, 'worker'], {
      cwd: this.#dataDir,
      env: this.#env,
      stdio: ['ignore', log, log],
    })
    closeSync(log)
    this.#workers.push(worker)
  }

  /** Any other command, to its end. Throws where it fails. */
  async command(...args: string[]): Promise<CommandResult> {
    const result = await this.ask(...args)
    if (result.code !== 0 && result.code !== 3)
      throw new Error(`dealbridge ${args.join(' ')} ended with ${result.code}:\n${result.stderr.trim()}`)
    return result
  }

  /** The same, whatever comes of it. */
  async ask(...args: string[]): Promise<CommandResult> {
    const began = performance.now()
    const running = startProgram([PROGRAMS.dealbridge, ...args], {
      cwd: this.#dataDir,
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let stdout = ''
    let stderr = ''
    running.process.stdout?.on('data', (chunk: Buffer) => {
      stdout += chunk.toString()
    })
    running.process.stderr?.on('data', (chunk: Buffer) => {
      stderr += chunk.toString()
    })
    const giveUp = () => running.process.kill('SIGTERM')
    this.#signal.addEventListener('abort', giveUp, { once: true })
    const code = await running.ended.finally(() => this.#signal.removeEventListener('abort', giveUp))
    this.#signal.throwIfAborted()
    return { code, stdout, stderr, seconds: Math.round(performance.now() - began) / 1000 }
  }

  /** True when `start` has ended by itself. */
  hasEnded(): boolean {
    return this.#start?.hasEnded() === true
  }

  /** Waits until Dealbridge itself says that everything is settled. */
  async settled(): Promise<void> {
    const { code, stdout } = await this.command('status', '--wait', '--timeout', String(SETTLE_TIMEOUT_S))
    if (code !== 0) throw new Error(`dealbridge status --wait ended with ${code}:\n${stdout.trim()}`)
  }

  /** What run.json says; undefined when there is none. */
  run(): RunFile | undefined {
    try {
      return runFile.parse(JSON.parse(readFileSync(join(this.#dataDir, 'run.json'), 'utf8')))
    } catch {
      return undefined
    }
  }

  /** The last lines that `start` and its children have said. */
  logTail(lines: number): string {
    try {
      return readFileSync(this.#logPath, 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
    } catch {
      return ''
    }
  }

  /** Pulls the plug: every process of this data folder, Postgres and Temporal with the rest, gets SIGKILL at once. */
  async killEverything(): Promise<void> {
    const run = await readRunFile(this.#dataDir)
    const alive: number[] = []
    // Who has died already may have left his number to a stranger.
    for (const [role, pid] of Object.entries(run?.pids ?? {}))
      if (run !== undefined && (await roleIsAlive(run, role))) alive.push(pid)
    const named = alive.flatMap(processTree)
    for (const pid of new Set([...named, ...processesWith(DATA_DIR, this.#dataDir)])) kill(pid)
    await this.#start?.ended
  }

  /** Ends everything in order, and makes sure that nothing is left. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => stopProgram(worker, STOP_TIMEOUT_MS)))
    if (this.#start !== undefined) await stopProgram(this.#start, STOP_TIMEOUT_MS)
    await this.killEverything()
  }

  get #logPath(): string {
    return join(this.#dataDir, 'start.log')
  }
}

/** Our own environment without what would configure Dealbridge; how much it logs and which Temporal it runs may be said. */
function neutral(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const configures =
    /^(FUB_|TODOIST_|TEMPORAL_(?!CLI_PATH)|DEALBRIDGE_|API_|SMTP_|ALERT_|DATABASE_URL|PUBLIC_URL|TASK_SYNC_ENV|DB_PATH|\w+_SECONDS$)/
  return Object.fromEntries(Object.entries(env).filter(([name]) => !configures.test(name)))
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}
