import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { temporalForTests } from '../../../test/support/temporal-binary.ts'
import { createLog } from '../../config/log.ts'
import { SEARCH_ATTRIBUTES } from '../../config/temporal-names.ts'
import { isAlive } from '../process/facts.ts'
import { freePort } from '../process/ports.ts'
import { type EmbeddedTemporal, startEmbeddedTemporal } from './temporal.ts'

const log = createLog({ level: 'silent', format: 'json' })

let dataDir: string
let binary: string
let running: EmbeddedTemporal[] = []

const start = async (): Promise<EmbeddedTemporal> => {
  const server = await startEmbeddedTemporal({ dataDir, binary, uiPort: await freePort(), log })
  running.push(server)
  return server
}

async function withClient<T>(server: EmbeddedTemporal, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address: server.address })
  try {
    return await use(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

async function attributesOf(server: EmbeddedTemporal): Promise<string[]> {
  return withClient(server, async ({ connection }) => {
    const { customAttributes } = await (connection as Connection).operatorService.listSearchAttributes({
      namespace: 'default',
    })
    return SEARCH_ATTRIBUTES.filter((name) => name in customAttributes)
  })
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'dealbridge-temporal-'))
  binary = await temporalForTests(log)
})
afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()))
  running = []
})
afterAll(() => rmSync(dataDir, { recursive: true, force: true }))

describe('the embedded Temporal server', () => {
  it('keeps workflows, search attributes and port when it is killed', async () => {
    const server = await start()
    await withClient(server, ({ workflow }) =>
      workflow.start('task', { workflowId: 'task/1', taskQueue: 'nobody-polls', args: [] }),
    )
    expect(existsSync(join(dataDir, 'temporal.db-wal'))).toBe(true)
    process.kill(server.pid, 'SIGKILL')
    await server.exited

    const again = await start()
    expect(again.address).toBe(server.address)
    expect(await attributesOf(again)).toEqual([...SEARCH_ATTRIBUTES])
    const description = await withClient(again, ({ workflow }) => workflow.getHandle('task/1').describe())
    expect(description.status.name).toBe('RUNNING')
  })

  it('is stopped and taken over when an earlier run left it behind', async () => {
    const left = await start()
    const server = await start()
    expect(await isAlive(left.pid)).toBe(false)
    expect(await isAlive(server.pid)).toBe(true)
    expect((await fetch(server.uiUrl ?? '')).status).toBe(200)
  })
})
