import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLog } from '../config/log.ts'
import { acquireLock } from './lock.ts'
import { startTimeOf } from './process/facts.ts'

const log = createLog({ level: 'silent', format: 'json' })
let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-lock-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

function leaveLock(content: unknown): void {
  mkdirSync(join(dataDir, 'lock'))
  writeFileSync(join(dataDir, 'lock', '7'), JSON.stringify(content))
}

describe('the lock of a data folder', () => {
  it('is refused while its holder lives, naming it, and free again after release', async () => {
    const lock = await acquireLock(dataDir, log)
    await expect(acquireLock(dataDir, log)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await lock.release()
    await (await acquireLock(dataDir, log)).release()
    expect(readdirSync(join(dataDir, 'lock'))).toEqual(['2'])
  })

  it('is taken over from a process that is gone', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(child, 'spawn')
    const pid = child.pid ?? 0
    leaveLock({ pid, startTime: await startTimeOf(pid) })
    await expect(acquireLock(dataDir, log)).rejects.toMatchObject({ code: 'ALREADY_RUNNING' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await acquireLock(dataDir, log)
    expect(readdirSync(join(dataDir, 'lock'))).toEqual(['8'])
  })

  it('is taken over when its process id belongs to another program now', async () => {
    leaveLock({ pid: process.pid, startTime: 'some other time' })
    await acquireLock(dataDir, log)
  })

  it('goes to exactly one of many that find it stale together', async () => {
    leaveLock({ pid: process.pid, startTime: 'some other time' })
    const outcomes = await Promise.allSettled(Array.from({ length: 40 }, () => acquireLock(dataDir, log)))
    expect(outcomes.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
  })
})
