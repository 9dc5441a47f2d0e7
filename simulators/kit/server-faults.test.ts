import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { AS_USER, type SimClient, simClient } from './client.ts'
import { FAULT_WORDS } from './fault-words.ts'
import type { Fault } from './faults.ts'
import { storm } from './storm.ts'
import { startThings, type Things } from './things.ts'

interface Report {
  requests: { status: number; faults?: string[] }[]
}

let service: Things
let client: SimClient
let user: SimClient

beforeEach(async () => {
  service = await startThings()
  client = simClient(service.sim.url)
  user = simClient(service.sim.url, AS_USER)
})
afterEach(() => service.sim.close())

const post = (who: SimClient = client) => who.call('POST', '/things', { n: 1 })
const made = () => service.things().length
const arm = (...list: object[]) => user.call<{ error: string }>('POST', '/__sim/faults', list)
/** The faults hit everything. */
const all = (...words: string[]) => arm(...words.map((word) => ({ match: '*', do: word })))
const logged = async () =>
  (await user.call<Report>('GET', '/__sim/requests')).body.requests.map(({ status, faults }) => [
    status,
    faults,
  ])

describe('before the effect', () => {
  test('refused does nothing and cuts the connection', async () => {
    await all('refused')
    await expect(post()).rejects.toThrow()
    expect([made(), await logged()]).toEqual([0, [[0, ['refused']]]])
  })

  test('status answers in the service’s words, delay waits, stale-read reaches the handler', async () => {
    await all('status:503')
    const refused = await post()
    expect([refused.status, refused.body, made()]).toEqual([503, { error: 'fault' }, 0])
    await all('delay:20', 'stale-read:70')
    expect((await client.call('GET', '/things')).body).toEqual({ things: [], staleMs: 70 })
  })

  test.each([
    ['status:429', '60', { error: 'fault', extra: { retry_after: 60 } }],
    ['status:429-bare', null, { error: 'fault', extra: {} }],
    ['status:429-wait:2', '2', { error: 'fault', extra: { retry_after: 2 } }],
    ['status:503-wait:5', '5', { error: 'fault' }],
  ])('%s says how long to wait: %s', async (word, wait, body) => {
    await all(word)
    const answer = await post()
    expect([answer.status, answer.headers.get('retry-after'), answer.body, made()]).toEqual([
      Number(word.slice(7, 10)),
      wait,
      body,
      0,
    ])
  })
})

describe('after the effect', () => {
  test('reply-lost does the thing and cuts the connection', async () => {
    await arm({ match: 'POST /things', nth: 1, do: 'reply-lost' })
    await expect(post()).rejects.toThrow()
    expect(made()).toBe(1)
    expect((await post()).status).toBe(201)
    expect(await logged()).toEqual([
      [201, ['reply-lost']],
      [201, undefined],
    ])
  })

  test.each([
    ['status-after:503', 503, null],
    ['status-after:429', 429, '60'],
    ['status-after:429-bare', 429, null],
    ['status-after:429-wait:3', 429, '3'],
  ])('%s does the thing and says it did not', async (word, status, wait) => {
    await all(word)
    const answer = await post()
    expect([answer.status, answer.headers.get('retry-after'), made()]).toEqual([status, wait, 1])
    expect(answer.body).toMatchObject({ error: 'fault' })
    expect(await logged()).toEqual([[status, [word]]])
  })

  test.each([204, 304])('an answer of %i has no body', async (status) => {
    await all(`status-after:${status}`)
    const answer = await post()
    expect([answer.status, answer.body, made()]).toEqual([status, undefined, 1])
  })

  test('truncated ends the connection in the middle of the body that was announced', async () => {
    await all('truncated')
    const answer = await fetch(`${service.sim.url}/rows`, { method: 'POST', body: '{"n":1}' })
    expect([answer.status, answer.headers.get('content-length')]).toEqual([
      201,
      String(JSON.stringify({ id: 0, thing: { n: 1 } }).length),
    ])
    const received: Buffer[] = []
    const reading = (async () => {
      for await (const chunk of answer.body ?? []) received.push(Buffer.from(chunk))
    })()
    await expect(reading).rejects.toThrow()
    expect([Buffer.concat(received).toString(), made()]).toEqual(['{"id":0,"thi', 1])
    await arm()
    expect((await post()).status).toBe(201)
  })

  test('truncated-json is half of the JSON as if it were whole', async () => {
    await all('truncated-json')
    const answer = await client.call<string>('POST', '/rows', { n: 1 })
    expect([answer.status, answer.body, made()]).toEqual([201, '{"id":0,"thi', 1])
    expect(answer.headers.get('content-type')).toBe('application/json')
  })

  test.each(['truncated', 'truncated-json'])('%s leaves an empty answer whole', async (word) => {
    await all(word)
    expect((await post()).status).toBe(201)
  })

  test('unknown-fields come in every object, and not in maps', async () => {
    await client.call('POST', '/rows', { n: 1 })
    await all('unknown-fields')
    const x_new_field = { a: [1] }
    expect((await client.call('GET', '/rows')).body).toEqual({
      rows: [{ id: 0, thing: { n: 1, x_new_field }, x_new_field }],
      found: {},
      made: { '0-1': 'ok' },
      x_new_field,
    })
  })

  test('reordered rows come backwards, texts and numbers in their order', async () => {
    for (const n of [1, 2]) await client.call('POST', '/rows', { n, texts: ['a', 'b'] })
    await all('reordered')
    expect((await client.call('GET', '/rows')).body).toMatchObject({
      rows: [
        { id: 1, thing: { texts: ['a', 'b'] } },
        { id: 0, thing: { texts: ['a', 'b'] } },
      ],
    })
  })
})

describe('together', () => {
  const ENDS: [string, 'cut' | number, number][] = [
    ['refused', 'cut', 0],
    ['status:429-bare', 429, 0],
    ['status-after:503', 503, 1],
    ['truncated', 'cut', 1],
    ['truncated-json', 201, 1],
    ['reply-lost', 'cut', 1],
  ]

  test.each(ENDS.map((end, at) => [end[0], end, ENDS.slice(at).map(([word]) => word)] as const))(
    '%s acts before those that end a request later, in whatever order they are listed',
    async (_word, [word, outcome, effect], words) => {
      for (const list of [words, words.toReversed()]) {
        await user.call('POST', '/__sim/reset')
        await all('delay:1', 'stale-read:5', ...list)
        const answer = await client.call('POST', '/rows', { n: 1 }).catch(() => ({ status: 'cut' }))
        expect([answer.status, made()]).toEqual([outcome, effect])
        const [[, fired] = []] = await logged()
        expect(fired).toEqual(['delay:1', 'stale-read:5', ...list])
        expect(fired).toContain(word)
      }
    },
  )

  test('unknown fields come in the half that is left, and in a refusal', async () => {
    await all('truncated-json', 'unknown-fields')
    expect((await client.call('POST', '/rows', { n: 1 })).body).toBe('{"id":0,"thing":{"n":1,"x_new_field"')
    await all('status:503', 'unknown-fields')
    expect((await post()).body).toEqual({ error: 'fault', x_new_field: { a: [1] } })
  })

  test('users are never hit and never counted; [] clears', async () => {
    await arm({ match: '*', nth: 2, do: 'status:500' })
    expect((await post(user)).status).toBe(201)
    expect([(await post()).status, (await post()).status]).toEqual([201, 500])
    await all('status:500')
    await arm()
    expect((await post()).status).toBe(201)
  })

  test('an unknown fault is refused with a list of all there are, and the list in force stays', async () => {
    await all('status:418')
    const refused = await arm({ match: '*', do: 'delay:5' }, { match: '*', do: 'explode' })
    expect(refused.status).toBe(400)
    for (const word of FAULT_WORDS) expect(refused.body.error).toContain(word)
    expect((await arm({ match: '*', nht: 3, do: 'refused' })).body.error).toContain('nht')
    expect((await post()).status).toBe(418)
  })
})

describe('a storm', () => {
  /** What a client sees of 300 requests, and what is then there. A fault's span in time is nothing to look at. */
  async function outcomes(faults: readonly Fault[]): Promise<string[]> {
    await user.call('POST', '/__sim/reset')
    await arm(...faults.map((fault) => ({ ...fault, do: fault.do.replace(/^delay:\d+$/, 'delay:1') })))
    const seen: string[] = []
    for (let n = 0; n < 300; n += 1) {
      const asked = n % 3 === 0 ? client.call('GET', '/rows') : client.call('POST', '/rows', { n })
      const answer = await asked.then(
        ({ status, headers, body }) => [status, headers.get('retry-after'), body],
        () => 'cut',
      )
      seen.push(JSON.stringify([answer, made()]))
    }
    return seen
  }

  test('the same seed gives the same outcomes twice, another seed others', async () => {
    const first = await outcomes(storm(1))
    expect(await outcomes(storm(1))).toEqual(first)
    expect(await outcomes(storm(2))).not.toEqual(first)
    expect(first.filter((one) => one.startsWith('["cut"')).length).toBeGreaterThan(10)
    expect(first.filter((one) => one.startsWith('[[503')).length).toBeGreaterThan(3)
  })

  test('what one fault hits is no other fault’s business', async () => {
    const one: Fault = { match: 'POST /rows', probability: 0.2, seed: 3, do: 'status-after:502' }
    const hits = async (...faults: Fault[]) => {
      await outcomes(faults)
      const { requests } = (await user.call<Report>('GET', '/__sim/requests')).body
      return requests.map(({ faults: fired = [] }) => fired.includes(one.do))
    }
    const alone = await hits(one)
    const others = storm(7).filter(({ match }) => match === '*')
    expect(alone.filter(Boolean).length).toBeGreaterThan(20)
    expect(await hits(...others, one)).toEqual(alone)
    expect(await hits(one, ...others.slice(3))).toEqual(alone)
  })
})

describe('deliveries', () => {
  let receiver: Server
  let received: unknown[]

  beforeEach(async () => {
    received = []
    receiver = createServer((incoming, response) => {
      let text = ''
      incoming.on('data', (chunk) => {
        text += String(chunk)
      })
      incoming.on('end', () => {
        received.push(JSON.parse(text).n)
        response.end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', () => resolve()))
    const { port } = receiver.address() as AddressInfo
    await user.call('POST', '/__sim/webhooks', {
      url: `http://127.0.0.1:${port}/`,
      secret: 's',
      events: ['*'],
    })
  })
  afterEach(() => new Promise((resolve) => receiver.close(resolve)))

  test('a late one is overtaken: that is how they come out of order', async () => {
    await arm(
      { match: 'made', nth: 1, do: 'webhook-late:3600000' },
      { match: 'made', nth: 2, do: 'webhook-late:20' },
      { match: 'made', nth: 3, do: 'webhook-twice' },
      { match: 'made', nth: 4, do: 'webhook-lost' },
    )
    for (const n of [1, 2, 3, 4, 5]) await user.call('POST', '/things', { n })
    await vi.waitFor(() => expect(received.toSorted()).toEqual([2, 3, 3, 5]))
  })
})
