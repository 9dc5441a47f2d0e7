import { connect } from 'node:net'
import { expect, test, vi } from 'vitest'
import {
  addConnection,
  FakeTemporal,
  fromTodoist,
  openReceiver,
  post,
  type ReceiverBed,
  SECRET_KEY,
} from '../../test/receiver/running.ts'
import { createLog } from '../config/log.ts'
import { readConfig } from '../config/parse.ts'
import { addRoute, setRouteState } from '../store/routes.ts'
import { startReceiver } from './run-receiver.ts'

const log = createLog({ level: 'silent', format: 'json' })

async function withReceiver(use: (bed: ReceiverBed) => Promise<void>): Promise<void> {
  const bed = await openReceiver()
  try {
    await use(bed)
  } finally {
    await bed[Symbol.asyncDispose]()
  }
}

test('a start signals whoever an earlier run has left waiting', () =>
  withReceiver(async (bed) => {
    const id = await addConnection(bed.db, { provider: 'todoist' })
    bed.temporal.away = true
    await post(bed.receiver, '/webhook/todoist', fromTodoist('d1'))
    await bed.receiver.stop()
    await bed.receiver.stopped
    bed.temporal.away = false
    expect(bed.temporal.signals).toEqual([])
    await bed.restart()
    await vi.waitFor(() => expect(bed.temporal.signals).toEqual([id]))
  }))

test('a stop sends the signal that still waits for its turn, and is quick with a client that stays connected', () =>
  withReceiver(async (bed) => {
    const id = await addConnection(bed.db, { provider: 'todoist' })
    const client = connect(Number(new URL(bed.receiver.url).port), '127.0.0.1')
    await new Promise((resolve) => client.once('connect', resolve))
    await Promise.all([
      post(bed.receiver, '/webhook/todoist', fromTodoist('d1')),
      post(bed.receiver, '/webhook/todoist', fromTodoist('d2')),
    ])
    await bed.receiver.stop()
    await bed.receiver.stop()
    expect(bed.temporal.signals).toEqual([id, id])
    await expect(fetch(`${bed.receiver.url}/health`)).rejects.toThrow()
    client.destroy()
  }))

test('it comes up without Postgres and Temporal, and says so', async () => {
  const temporal = new FakeTemporal()
  temporal.away = true
  const config = readConfig({
    env: { DATABASE_URL: 'postgres://127.0.0.1:9/none', DEALBRIDGE_SECRET_KEY: SECRET_KEY, API_PORT: '0' },
    cwd: '/nonexistent',
  })
  const receiver = await startReceiver(config, log, () => temporal)
  try {
    const answer = await fetch(`${receiver.url}/health`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({
      status: 'unavailable',
      postgres: { state: 'unreachable' },
      temporal: { state: 'unreachable' },
      worker: { state: 'unknown', pollers: 0, lastSeenAt: null },
      disk: null,
      connections: null,
      routes: null,
      refusedDeliveries: {},
    })
    expect((await post(receiver, '/webhook/todoist', fromTodoist('d1'))).status).toBe(503)
  } finally {
    await receiver.stop()
  }
})

test('health tells of each part', () =>
  withReceiver(async (bed) => {
    const health = async () => {
      const answer = await fetch(`${bed.receiver.url}/health`)
      return { code: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }
    expect(await health()).toMatchObject({ code: 200, body: { connections: [], routes: [] } })

    const leftId = await addConnection(bed.db, { provider: 'follow-up-boss' })
    const rightId = await addConnection(bed.db, { provider: 'todoist' })
    const { id } = await addRoute(bed.db, { name: 'main', leftId, rightId, policy: {} as never })
    await setRouteState(bed.db, id, 'active')
    await bed.db`update connection set last_pull_at = '2026-01-02T03:04:05.000006Z' where id = ${leftId}`
    await bed.db`
    insert into remote_task (connection_id, remote_id, presence, seen, asked_at)
    values (${leftId}, '7', 'present', '{"person": "1"}', clock())`
    expect((await health()).body).toEqual({
      status: 'ok',
      postgres: { state: 'ok' },
      temporal: { state: 'ok' },
      worker: { state: 'ok', pollers: 1, lastSeenAt: '2026-01-02T03:04:05.000Z' },
      disk: null,
      connections: [
        {
          connection: 'follow-up-boss',
          provider: 'follow-up-boss',
          state: 'ok',
          lastSyncAt: '2026-01-02T03:04:05.000006Z',
          pending: 1,
        },
        { connection: 'todoist', provider: 'todoist', state: 'ok', lastSyncAt: null, pending: 1 },
      ],
      routes: [{ route: 'main', state: 'active', pending: 1 }],
      refusedDeliveries: {},
    })

    bed.temporal.pollers = 0
    expect(await health()).toMatchObject({ code: 503, body: { worker: { state: 'missing' } } })
    bed.temporal.away = true
    expect(await health()).toMatchObject({ code: 503, body: { temporal: { state: 'unreachable' } } })
  }))

test('a port in use and a missing option are said, with exit code 2', () =>
  withReceiver(async (bed) => {
    const start = (env: Record<string, string>) =>
      startReceiver(readConfig({ env, cwd: '/nonexistent' }), log, () => new FakeTemporal())
    const port = new URL(bed.receiver.url).port
    await expect(
      start({
        DATABASE_URL: 'postgres://127.0.0.1:9/none',
        DEALBRIDGE_SECRET_KEY: SECRET_KEY,
        API_PORT: port,
      }),
    ).rejects.toMatchObject({ code: 'CANNOT_LISTEN', exitCode: 2, message: expect.stringContaining(port) })
    await expect(start({ DATABASE_URL: 'postgres://127.0.0.1:9/none' })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('DEALBRIDGE_SECRET_KEY'),
    })
  }))
