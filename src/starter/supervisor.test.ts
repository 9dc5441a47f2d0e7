import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { UserError } from '../config/errors.ts'
import { createLog } from '../config/log.ts'
import { type Child, commandChild, type RunningChild } from './child.ts'
import { isAlive } from './process/facts.ts'
import { waitFor } from './process/wait.ts'
import { Supervisor } from './supervisor.ts'

const program = fileURLToPath(new URL('../../test/support/programs/dummy-child.mjs', import.meta.url))
const log = createLog({ level: 'silent', format: 'json' })

let folder: string
let diary: string
let supervisor: Supervisor
let running: ReadonlyMap<string, RunningChild>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dealbridge-supervisor-'))
  diary = join(folder, 'diary')
  supervisor = new Supervisor({
    log,
    onChange: async (now) => {
      running = now
    },
  })
})
afterEach(async () => {
  await supervisor.stop(1_000)
  rmSync(folder, { recursive: true, force: true })
})

const dummy = (role: string, ...manners: string[]): Child =>
  commandChild({
    role,
    command: process.execPath,
    args: [program, role, diary, ...manners],
    env: { ...process.env },
    stopTimeoutMs: manners.includes('stubborn') ? 200 : 5_000,
  })

const entries = (): string[] => readFileSync(diary, 'utf8').trim().split('\n')
const pidOf = (role: string): number => running.get(role)?.pid ?? 0

describe('children', () => {
  it('start in order, tell their addresses, and stop in reverse order', async () => {
    expect(await supervisor.start(dummy('database'))).toEqual({ database: `at ${pidOf('database')}` })
    await supervisor.start(dummy('worker'))
    const pids = [pidOf('database'), pidOf('worker')]
    await supervisor.stop()
    expect(entries().map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'database up',
      'worker up',
      'worker SIGTERM',
      'database SIGTERM',
    ])
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false])
  })

  it('that die are started again', async () => {
    await supervisor.start(dummy('worker'))
    const first = pidOf('worker')
    process.kill(first, 'SIGKILL')
    const second = await waitFor(
      async () => (pidOf('worker') > 0 && pidOf('worker') !== first ? pidOf('worker') : undefined),
      {
        timeoutMs: 20_000,
      },
    )
    expect(await isAlive(second ?? 0)).toBe(true)
    expect(await isAlive(first)).toBe(false)
  })

  it('that ignore the signal are killed, and the rest still stops in order', async () => {
    await supervisor.start(dummy('database'))
    await supervisor.start(dummy('worker', 'stubborn'))
    const pids = [pidOf('database'), pidOf('worker')]
    await supervisor.stop()
    expect(
      entries()
        .slice(-2)
        .map((line) => line.split(' ').slice(0, 2).join(' ')),
    ).toEqual(['worker SIGTERM', 'database SIGTERM'])
    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false])
  })
})

describe('a start that fails', () => {
  it('says why, with the exit code of the child', async () => {
    const failure = await supervisor.start(dummy('worker', 'fails')).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(UserError)
    expect(failure).toMatchObject({ exitCode: 4, message: 'worker ended before it was ready (exit code 4).' })
  })

  it('because it is called off leaves nothing running', async () => {
    const start = supervisor.start(dummy('worker', 'mute')).catch((error: unknown) => error)
    const line = await waitFor(
      async () => {
        try {
          return entries()[0]
        } catch {
          return undefined
        }
      },
      { timeoutMs: 20_000 },
    )
    await supervisor.stop()
    expect(await start).toMatchObject({ code: 'STOPPED' })
    expect(await isAlive(Number(line?.split(' ')[2]))).toBe(false)
  })
})
