import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { addConnection, openTestRecord, type TestRecord, waitForLocks } from '../../test/store/record.ts'
import type { QuotaContext } from '../providers/contract.ts'
import { clockNow } from './clock.ts'
import { budgetInUse, learnQuota, type QuotaPriority, takeSlot } from './quota.ts'

/** The burst is a twentieth of the limit (5), then one every 10 s / (93 - 5). */
const SHORT: QuotaContext = { context: 'short', limit: 100, windowMs: 10_000 }
const SPACING_MS = 10_000 / 88
/** The burst is half of the limit (100), then one every 900 s / (186 - 100). */
const LONG: QuotaContext = { context: 'long', limit: 200, windowMs: 900_000 }

let record: TestRecord
let connectionId: string
let connections = 0

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  connections += 1
  connectionId = await addConnection(record.db, `connection-${connections}`)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const take = (context = SHORT, priority: QuotaPriority = 'change', forWrite = false) =>
  takeSlot(record.db, connectionId, context, priority, forWrite)

/** Takes until there is no slot left. Gives back how many there were, and how long to wait for the next. */
async function takeAll(context = SHORT, priority: QuotaPriority = 'change', forWrite = false) {
  for (let taken = 0; taken <= context.limit; taken += 1) {
    const answer = await take(context, priority, forWrite)
    if ('retryAfterMs' in answer) return { taken, retryAfterMs: answer.retryAfterMs }
  }
  throw new Error(`more than ${context.limit} slots were given at one moment`)
}

describe('a budget', () => {
  it('gives a burst at once, and then one slot after the other', async () => {
    const first = await takeAll()
    expect(first).toEqual({ taken: 5, retryAfterMs: Math.ceil(SPACING_MS) })
    await record.clock.advance(first.retryAfterMs - 1)
    expect((await takeAll()).taken).toBe(0)
    await record.clock.advance(1)
    expect((await takeAll()).taken).toBe(1)
    await record.clock.advance(60_000)
    expect((await takeAll()).taken).toBe(5)
  })

  it('of a long window gives half of the limit at once', async () => {
    expect((await takeAll(LONG)).taken).toBe(100)
  })

  it('tells the time at which a slot was given', async () => {
    expect(await take()).toEqual({ askedAt: await clockNow(record.db) })
  })

  it('says how long to wait so that one who comes back then gets a slot', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { retryAfterMs } = await takeAll(LONG, 'poll')
      await record.clock.advance(retryAfterMs)
      expect(await take(LONG, 'poll')).toHaveProperty('askedAt')
    }
  })

  it('of one context, or one connection, is none of another', async () => {
    await takeAll()
    expect((await takeAll({ ...SHORT, context: 'other' })).taken).toBe(5)
    connectionId = await addConnection(record.db, `connection-${connections}-other`)
    expect((await takeAll()).taken).toBe(5)
  })

  it('counts what was taken, and what of that was for writes', async () => {
    await take()
    await take(SHORT, 'change', true)
    await takeAll()
    const [row] = await record.db`select taken, written from quota where connection_id = ${connectionId}`
    expect(row).toEqual({ taken: '5', written: '1' })
  })
})

describe('many takers at once', () => {
  const tiny: QuotaContext = { context: 'tiny', limit: 2, windowMs: 1_000 }

  it.each([
    { context: SHORT, least: 60 },
    { context: LONG, least: 120 },
    { context: tiny, least: 1 },
  ])('get nearly all of $context.limit in $context.windowMs ms, and never more than 93 %', async (given) => {
    const { context, least } = given
    const takes: number[] = []
    const ask = async (takers: number) => {
      const now = Date.parse(record.clock.iso)
      const answers = await Promise.all(Array.from({ length: takers }, () => take(context)))
      for (const answer of answers) if ('askedAt' in answer) takes.push(now)
    }
    await ask(context.limit)
    const waits = fc.integer({ min: 1, max: context.windowMs / 20 })
    for (const wait of fc.sample(waits, { numRuns: 35, seed: 7 })) {
      await record.clock.advance(wait)
      await ask(10)
    }
    const inWindow = takes.map(
      (from) => takes.filter((at) => at >= from && at < from + context.windowMs).length,
    )
    expect(Math.max(...inWindow)).toBeLessThanOrEqual(context.limit * 0.93)
    expect(Math.max(...inWindow)).toBeGreaterThanOrEqual(least)
  })

  it('get the whole burst between them, and not one more, however close they come', async () => {
    await take()
    await record.clock.advance(60_000)
    let takers: ReturnType<typeof take>[] = []
    // All of them have read the row before any may change it.
    await record.db.begin(async (tx) => {
      await tx`select from quota where connection_id = ${connectionId} for update`
      takers = Array.from({ length: 8 }, () => take())
      await waitForLocks(record.db, takers.length)
    })
    const answers = await Promise.all(takers)
    expect(answers.filter((answer) => 'askedAt' in answer)).toHaveLength(5)
  })
})

describe('a priority', () => {
  it('leaves room for those who matter more', async () => {
    expect((await takeAll(LONG, 'backfill')).taken).toBe(60)
    expect((await takeAll(LONG, 'poll')).taken).toBe(25)
    expect((await takeAll(LONG, 'change')).taken).toBe(15)
  })

  it('of writes of a first sync comes back when there is something to take, and not for one slot', async () => {
    const { taken, retryAfterMs } = await takeAll(SHORT, 'backfill', true)
    expect(taken).toBe(3)
    await record.clock.advance(retryAfterMs)
    expect((await takeAll(SHORT, 'backfill', true)).taken).toBe(1)
    const roomy = { context: 'roomy', limit: 400, windowMs: 10_000 }
    const first = await takeAll(roomy, 'backfill', true)
    expect(first.taken).toBe(12)
    await record.clock.advance(first.retryAfterMs)
    expect((await takeAll(roomy, 'backfill', true)).taken).toBe(6)
    const long = await takeAll(LONG, 'backfill', true)
    expect(long.retryAfterMs).toBeLessThanOrEqual(Math.ceil(900_000 / 86 + 400))
  })

  it('however low, gets its turn in a budget of which nobody else takes', async () => {
    const tiny = { context: 'tiny', limit: 1, windowMs: 1_000 }
    expect((await takeAll(tiny, 'backfill')).taken).toBe(1)
  })
})

describe('how much is in use', () => {
  it('is told of the busiest context, and falls with time', async () => {
    const used = () => budgetInUse(record.db, connectionId)
    expect(await used()).toBe(0)
    await take(LONG)
    expect(await used()).toBeCloseTo(0.01)
    await takeAll()
    expect(await used()).toBeCloseTo(1)
    await record.clock.advance(SPACING_MS * 2.5)
    expect(await used()).toBeCloseTo(0.5)
    await record.clock.advance(900_000)
    expect(await used()).toBe(0)
  })
})

describe('what an answer says of the budget', () => {
  const learn = (news: Omit<Parameters<typeof learnQuota>[2], 'context'>) =>
    learnQuota(record.db, connectionId, { context: SHORT.context, ...news })

  it('keeps everybody waiting for as long as it says', async () => {
    await take()
    await learn({ retryAfterMs: 30_000 })
    expect(await take()).toEqual({ retryAfterMs: 30_000 })
    await record.clock.advance(29_999)
    expect(await take()).toEqual({ retryAfterMs: 1 })
    await record.clock.advance(1)
    expect(await take()).toHaveProperty('askedAt')
  })

  it('never shortens a wait', async () => {
    await take()
    await learn({ retryAfterMs: 30_000 })
    await learn({ retryAfterMs: 1_000 })
    await learn({ limit: 50 })
    expect(await take()).toEqual({ retryAfterMs: 30_000 })
  })

  it('changes limit and window, also with what the provider declares in mind', async () => {
    await take()
    await learn({ limit: 40, windowMs: 20_000 })
    const [row] = await record.db`
      select request_limit, window_ms from quota where connection_id = ${connectionId}`
    expect(row).toEqual({ request_limit: 40, window_ms: 20_000 })
    expect(await takeAll()).toMatchObject({ taken: 1 })
  })

  it('of less than we know of puts the next slots off, the further the less is left', async () => {
    const waits: number[] = []
    for (const remaining of [7, 5, 2, 1, 0]) {
      await record.clock.advance(60_000)
      await take()
      await learn({ remaining })
      const answer = await take()
      waits.push('askedAt' in answer ? 0 : answer.retryAfterMs)
    }
    // The reserve is 2, the burst 5: with 7 left all of it is ours.
    expect(waits).toEqual([0, 0, 1, 2, 3].map((slots) => Math.ceil(slots * SPACING_MS)))
  })

  it('makes room for another program that does not mind the budget', async () => {
    const log: number[] = []
    const inWindow = (now: number) => log.filter((at) => at > now - SHORT.windowMs).length
    let ours = 0
    let most = 0
    for (let tick = 0; tick < 1_200; tick += 1) {
      const now = Date.parse(record.clock.iso)
      // The other one takes 4 slots a second, we would take 8.5.
      if (tick % 5 === 0) log.push(now)
      const answer = await take()
      if ('askedAt' in answer) {
        log.push(now)
        await learn({ remaining: Math.max(0, SHORT.limit - inWindow(now)) })
      }
      // The first window fills before anything leaves it; from then on both go on for ever.
      if (tick >= 400) {
        most = Math.max(most, inWindow(now))
        ours += 'askedAt' in answer ? 1 : 0
      }
      await record.clock.advance(50)
    }
    expect(most).toBeLessThanOrEqual(SHORT.limit)
    expect(ours / 40).toBeGreaterThan(5)
  })

  it('that is no news leaves the row alone', async () => {
    await take()
    const version = async () =>
      (await record.db`select xmin::text from quota where connection_id = ${connectionId}`)[0]
    const before = await version()
    await learn({ limit: 100, windowMs: 10_000 })
    await learn({})
    expect(await version()).toEqual(before)
  })
})
