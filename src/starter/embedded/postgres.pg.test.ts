import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../config/log.ts'
import { isAlive } from '../process/facts.ts'
import { freePort } from '../process/ports.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts'

const log = createLog({ level: 'silent', format: 'json' })
const isRoot = process.getuid?.() === 0

let dataDir: string
let running: EmbeddedPostgres[] = []

const start = async (port?: number): Promise<EmbeddedPostgres> => {
  const server = await startEmbeddedPostgres({ dataDir, port, log, durable: false })
  running.push(server)
  return server
}

async function query(url: string, text: string): Promise<readonly unknown[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  try {
    return await sql.unsafe(text)
  } finally {
    await sql.end()
  }
}

function occupy(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () => resolve(server))
  })
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-postgres-'))
  const server = await start()
  await query(server.url, `create table kept as select 'é' as body`)
  await server.stop()
})
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

describe('the embedded Postgres', () => {
  it('keeps data, port and password over a restart', async () => {
    const server = await start()
    expect(await query(server.url, 'select body from kept')).toEqual([{ body: 'é' }])
    await server.stop()
    expect(await isAlive(server.pid)).toBe(false)
    expect((await start()).url).toBe(server.url)
  })

  it('lets nobody in without the password, and listens on loopback alone', async () => {
    const server = await start()
    const wrong = new URL(server.url)
    wrong.password = 'guess'
    await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
    expect(await query(server.url, 'show listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }])
    expect(await query(server.url, 'show unix_socket_directories')).toEqual([{ unix_socket_directories: '' }])
    expect(statSync(join(dataDir, 'postgres-password')).mode & 0o777).toBe(0o600)
  })

  it('is stopped and taken over when an earlier run left it behind', async () => {
    const left = await start()
    const server = await start()
    expect(server.pid).not.toBe(left.pid)
    expect(await isAlive(left.pid)).toBe(false)
    expect(await query(server.url, 'select body from kept')).toHaveLength(1)
  })

  it('starts over the remains of a killed one', async () => {
    const killed = await start()
    process.kill(killed.pid, 'SIGKILL')
    await killed.exited
    expect(await query((await start()).url, 'select body from kept')).toHaveLength(1)
  })

  it('starts when the id in postmaster.pid belongs to another program now', async () => {
    writeFileSync(
      join(dataDir, 'postgres', 'postmaster.pid'),
      `${process.pid}\n${join(dataDir, 'postgres')}\n`,
    )
    expect(await query((await start()).url, 'select body from kept')).toHaveLength(1)
  })

  it('says so when the port that it was given is in use', async () => {
    const port = await freePort()
    const other = await occupy(port)
    await expect(start(port)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringMatching(new RegExp(`Port ${port} .*DEALBRIDGE_POSTGRES_PORT.* in use`)),
    })
    other.close()
    await once(other, 'close')
  })

  it('moves to another port when the remembered one is in use', async () => {
    const port = Number(readFileSync(join(dataDir, 'ports', 'postgres'), 'utf8'))
    const other = await occupy(port)
    expect((await start()).port).not.toBe(port)
    other.close()
    await once(other, 'close')
  })

  it.runIf(isRoot)('proposes another data folder when its system user cannot enter this one', async () => {
    const closed = mkdtempSync(join(tmpdir(), 'dealbridge-closed-'))
    const below = join(closed, 'data')
    mkdirSync(below)
    await expect(startEmbeddedPostgres({ dataDir: below, log })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(closed),
      hints: [expect.stringContaining('DEALBRIDGE_DATA_DIR')],
    })
    rmSync(closed, { recursive: true })
  })
})
