import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testTemporal } from '../../test/support/temporal.ts'
import { isAlive } from './process/facts.ts'
import { stopProcess } from './process/stop.ts'
import { waitFor } from './process/wait.ts'
import { findRun, type RunFile, runFile } from './run-file.ts'

const loader = fileURLToPath(new URL('../../test/support/typescript.mjs', import.meta.url))
const program = fileURLToPath(new URL('../../test/support/programs/start.ts', import.meta.url))

let dataDir: string
let latest: { start: ChildProcess; run: RunFile }
const begun: ChildProcess[] = []
const runs: RunFile[] = []

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-start-'))
  latest = await begin()
})
afterAll(async () => {
  for (const start of begun) {
    if (start.exitCode !== null || start.signalCode !== null) continue
    start.kill('SIGTERM')
    await once(start, 'exit')
  }
  // A test that failed half-way leaves nothing running either.
  for (const run of runs) {
    for (const [role, pid] of Object.entries(run.pids)) {
      await stopProcess({ pid, startTime: run.startTimes[role], signal: 'SIGKILL', timeoutMs: 5_000 })
    }
  }
  rmSync(dataDir, { recursive: true, force: true })
})

function spawnStart(): ChildProcess {
  const temporal = testTemporal()
  const start = spawn(process.execPath, ['--import', loader, program], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      DEALBRIDGE_DATA_DIR: dataDir,
      TEMPORAL_ADDRESS: temporal.address,
      TEMPORAL_NAMESPACE: temporal.namespace,
      API_PORT: '0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  begun.push(start)
  return start
}

async function begin(): Promise<{ start: ChildProcess; run: RunFile }> {
  const start = spawnStart()
  const complaints: string[] = []
  start.stderr?.on('data', (chunk) => complaints.push(String(chunk)))
  const line = new Promise<string>((resolve, reject) => {
    if (start.stdout !== null) createInterface({ input: start.stdout }).once('line', resolve)
    start.once('exit', (code) => reject(new Error(`start ended with ${code}: ${complaints.join('')}`)))
  })
  const run = runFile.parse(JSON.parse(await line))
  runs.push(run)
  return { start, run }
}

const alive = (run: RunFile): Promise<string[]> =>
  Promise.all(Object.entries(run.pids).map(async ([role, pid]) => ((await isAlive(pid)) ? [role] : []))).then(
    (lists) => lists.flat(),
  )

describe('everything that was started', () => {
  it('is written down for other commands, for the owner alone', async () => {
    expect(await alive(latest.run)).toEqual(['start', 'postgres', 'worker', 'receiver'])
    expect(await findRun(dataDir)).toEqual(latest.run)
    expect(statSync(join(dataDir, 'run.json')).mode & 0o777).toBe(0o600)
    expect(latest.run.addresses.worker).toBe(latest.run.addresses.postgres)
    const sql = postgres(latest.run.addresses.postgres ?? '', { max: 1 })
    await sql`create table kept (body text)`
    await sql.end()
  })

  it('refuses a second start on the same data folder', async () => {
    const second = spawnStart()
    let complaint = ''
    second.stderr?.on('data', (chunk) => {
      complaint += String(chunk)
    })
    const [code] = await once(second, 'exit')
    expect(code).toBe(2)
    expect(complaint).toContain(`(process ${latest.run.pids.start})`)
    expect(await alive(latest.run)).toHaveLength(4)
  })

  it('is brought back part by part when one dies', async () => {
    process.kill(latest.run.pids.postgres ?? 0, 'SIGKILL')
    process.kill(latest.run.pids.worker ?? 0, 'SIGKILL')
    const again = await waitFor(
      async () => {
        const now = await findRun(dataDir)
        const renewed = ['postgres', 'worker'].every((role) => now?.pids[role] !== latest.run.pids[role])
        return renewed ? now : undefined
      },
      { timeoutMs: 30_000 },
    )
    expect(again?.addresses.postgres).toBe(latest.run.addresses.postgres)
    if (again !== undefined) latest = { ...latest, run: again }
  })

  it('outlives a killed supervisor and is cleared away by the next start', async () => {
    latest.start.kill('SIGKILL')
    await once(latest.start, 'exit')
    expect(await alive(latest.run)).toEqual(['postgres', 'worker', 'receiver'])
    expect(await findRun(dataDir)).toBeUndefined()
    const old = latest.run
    latest = await begin()
    expect(await alive(old)).toEqual([])
    expect(await alive(latest.run)).toHaveLength(4)
  })

  it('comes back with its data when all of it was killed', async () => {
    for (const pid of Object.values(latest.run.pids)) process.kill(pid, 'SIGKILL')
    await once(latest.start, 'exit')
    latest = await begin()
    const sql = postgres(latest.run.addresses.postgres ?? '', { max: 1 })
    expect(await sql`select * from kept`).toEqual([])
    await sql.end()
  })

  it('is all gone after SIGTERM', async () => {
    latest.start.kill('SIGTERM')
    const [code] = await once(latest.start, 'exit')
    expect(code).toBe(0)
    expect(await alive(latest.run)).toEqual([])
    expect(existsSync(join(dataDir, 'run.json'))).toBe(false)
  })
})
