import { createHmac } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  addConnection,
  fromFollowUpBoss,
  fromTodoist,
  itemUpdated,
  openReceiver,
  post,
  type ReceiverBed,
  SECRET_KEY,
  storedDeliveries,
} from '../../test/receiver/running.ts'
import { inTransaction } from '../store/database.ts'
import { keepFormerSecret } from '../store/former-secrets.ts'

let bed: ReceiverBed
let todoist: string
let followUpBoss: string

beforeAll(async () => {
  bed = await openReceiver()
  todoist = await addConnection(bed.db, { provider: 'todoist' })
  followUpBoss = await addConnection(bed.db, {
    provider: 'follow-up-boss',
    credentials: { systemKey: 'example-system-key' },
  })
})
afterAll(() => bed[Symbol.asyncDispose]())
beforeEach(async () => {
  await bed.db`truncate delivery`
  bed.temporal.signals.length = 0
})

const signalsToTodoist = () => bed.temporal.signals.filter((id) => id === todoist)
const until = (condition: () => void | Promise<void>) => vi.waitFor(condition, { timeout: 20_000 })

describe('a signed delivery', () => {
  test('of Todoist is stored, and the connection signalled', async () => {
    const answer = await post(bed.receiver, '/webhook/todoist', fromTodoist('d1'))
    expect(answer.status).toBe(200)
    expect(await storedDeliveries(bed.db)).toEqual([
      { connectionId: todoist, deliveryId: 'd1', about: 'tasks', remoteIds: ['t1'], deleted: false },
    ])
    await until(() => expect(signalsToTodoist()).toEqual([todoist]))
  })

  // The reference's test vector: bytes and signature as another implementation made them.
  test.each(['/webhook/follow-up-boss', '/webhook/fub', '/webhook/fub/', '/webhook/fub/follow-up-boss'])(
    'of Follow Up Boss is taken at %s',
    async (path) => {
      const answer = await post(bed.receiver, path, {
        body: '{"eventId":"6b1d5f0e-0c1b-4c1e-9a50-0d6f0a1b2c3d","eventCreated":"2026-03-02T15:04:05+00:00","event":"tasksUpdated","resourceIds":[4066],"uri":"https://api.followupboss.com/v1/tasks?id=4066"}',
        headers: {
          'FUB-Signature': '6889de1320590a27634f70433f2451781d9f9bed00d4282ee63e13af131e55e2',
        },
      })
      expect(answer.status).toBe(200)
      expect(await storedDeliveries(bed.db)).toEqual([
        {
          connectionId: followUpBoss,
          deliveryId: '6b1d5f0e-0c1b-4c1e-9a50-0d6f0a1b2c3d',
          about: 'tasks',
          remoteIds: ['4066'],
          deleted: false,
        },
      ])
    },
  )

  test('that comes again and again is stored once', async () => {
    const delivery = fromTodoist('twice')
    const answers = await Promise.all([1, 2, 3].map(() => post(bed.receiver, '/webhook/todoist', delivery)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await post(bed.receiver, '/webhook/todoist', delivery)).status).toBe(200)
    expect(await storedDeliveries(bed.db)).toHaveLength(1)
    await until(() => expect(signalsToTodoist()).toEqual([todoist]))
  })

  test('of no interest is taken and not stored', async () => {
    const filter = { event_name: 'filter:added', user_id: '1', event_data: { id: 'f' } }
    const answer = await post(bed.receiver, '/webhook/todoist', fromTodoist('d2', filter))
    expect(answer.status).toBe(200)
    expect(await storedDeliveries(bed.db)).toEqual([])
  })

  test.each([
    ['no JSON', '{"event_name":'],
    ['nothing', ''],
    ['no event', '[]'],
    ['another service’s event', '{"eventId":"e","event":"tasksUpdated"}'],
  ])('that holds %s is malformed', async (_what, body) => {
    const answer = await post(bed.receiver, '/webhook/todoist', fromTodoist('d3', body))
    expect(answer.status).toBe(400)
    expect(await storedDeliveries(bed.db)).toEqual([])
  })

  test('that is not UTF-8 is malformed', async () => {
    const { body, headers } = fromFollowUpBoss('{"eventId":"\u00ff"}', 'example-system-key')
    const latin1 = Buffer.from(body, 'latin1')
    const signature = createHmac('sha256', 'example-system-key')
      .update(latin1.toString('base64'))
      .digest('hex')
    const answer = await fetch(`${bed.receiver.url}/webhook/fub`, {
      method: 'POST',
      body: latin1,
      headers: { ...headers, 'fub-signature': signature },
    })
    expect(answer.status).toBe(400)
  })
})

describe('a delivery with a wrong signature', () => {
  test('is refused before anything else is looked at, and leaves a count alone', async () => {
    const before = bed.lines.length
    const unsigned = { body: '{"event_name":', headers: {} }
    const forged = { ...fromTodoist('d4', itemUpdated('t1'), 'another secret') }
    const changed = { ...fromTodoist('d5'), body: JSON.stringify(itemUpdated('t2')) }
    for (const delivery of [unsigned, forged, changed]) {
      expect((await post(bed.receiver, '/webhook/todoist', delivery)).status).toBe(401)
    }
    expect(await storedDeliveries(bed.db)).toEqual([])
    expect(bed.lines.slice(before)).toEqual([])
    const health = await (await fetch(`${bed.receiver.url}/health`)).json()
    expect(health).toMatchObject({ refusedDeliveries: { todoist: 3 } })
  })
})

test('refusals are counted in the record for whoever has an address there, many at once', async () => {
  await bed.db`truncate refused_delivery`
  const forged = () => post(bed.receiver, '/webhook/fub', fromFollowUpBoss({ eventId: 'e' }, 'another key'))
  await Promise.all(Array.from({ length: 3 }, forged))
  await post(bed.receiver, '/webhook/nobody', fromFollowUpBoss({ eventId: 'e' }, 'another key'))
  await until(async () => {
    const rows = await bed.db`
      select refused::int from refused_delivery where connection_id = ${followUpBoss}`
    expect(rows).toEqual([{ refused: 3 }])
  })
})

test('while the secret changes deliveries of both are taken', async () => {
  const send = async (eventId: string, key: string) => {
    const event = { eventId, event: 'tasksUpdated', resourceIds: [1] }
    return (await post(bed.receiver, '/webhook/fub', fromFollowUpBoss(event, key))).status
  }
  expect(await send('f1', 'former')).toBe(401)
  await inTransaction(bed.db, (tx) =>
    keepFormerSecret(tx, followUpBoss, { secret: 'former', ms: 60_000 }, SECRET_KEY),
  )
  await until(async () => expect(await send('f2', 'former')).toBe(200))
  expect(await send('f3', 'example-system-key')).toBe(200)
  expect(await send('f4', 'neither')).toBe(401)
  expect((await storedDeliveries(bed.db)).map(({ deliveryId }) => deliveryId)).toEqual(['f2', 'f3'])
})

describe('a body over 1 MiB', () => {
  const tooLong = ' '.repeat(1024 * 1024 + 1)

  test('is refused, however well it is signed', async () => {
    const answer = await post(bed.receiver, '/webhook/todoist', fromTodoist('d6', tooLong))
    expect(answer.status).toBe(413)
  })

  test('is refused when it does not tell its length', async () => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const sending = request(`${bed.receiver.url}/webhook/todoist`, { method: 'POST' }, (answer) => {
        answer.resume()
        resolve(answer.statusCode)
      })
      sending.on('error', reject)
      sending.write(tooLong.slice(0, 600_000))
      sending.write(tooLong.slice(600_000))
      sending.end()
    })
    expect(status).toBe(413)
  })

  test('of exactly 1 MiB is read', async () => {
    const body = JSON.stringify(itemUpdated('long')).padEnd(1024 * 1024)
    expect((await post(bed.receiver, '/webhook/todoist', fromTodoist('d7', body))).status).toBe(200)
  })
})

describe('an address where nobody listens', () => {
  test.each(['/webhook/asana', '/webhook/todoist/nobody', '/webhook/todoist/follow-up-boss', '/webhook'])(
    '%s is not there',
    async (path) => {
      expect((await post(bed.receiver, path, fromTodoist('d8'))).status).toBe(404)
    },
  )

  test('a delivery’s address takes nothing but POST', async () => {
    expect((await fetch(`${bed.receiver.url}/webhook/todoist`)).status).toBe(404)
  })
})

test('while Postgres is away the sender is asked to come again, and is taken then', async () => {
  await bed.admitDatabase(false)
  try {
    const answer = await post(bed.receiver, '/webhook/todoist', fromTodoist('d9'))
    expect(answer.status).toBe(503)
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await fetch(`${bed.receiver.url}/health`)).status).toBe(503)
  } finally {
    await bed.admitDatabase(true)
  }
  await until(async () => {
    expect((await post(bed.receiver, '/webhook/todoist', fromTodoist('d9'))).status).toBe(200)
  })
  expect(await storedDeliveries(bed.db)).toHaveLength(1)
  await until(() => expect(signalsToTodoist()).toEqual([todoist]))
})

test('while Temporal is away deliveries are taken, and signalled when it is back', async () => {
  bed.temporal.away = true
  bed.temporal.tries = 0
  expect((await post(bed.receiver, '/webhook/todoist', fromTodoist('d10'))).status).toBe(200)
  await until(() => expect(bed.temporal.tries).toBeGreaterThan(2))
  expect(await storedDeliveries(bed.db)).toHaveLength(1)
  bed.temporal.away = false
  await until(() => expect(signalsToTodoist()).toEqual([todoist]))
})
