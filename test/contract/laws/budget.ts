import { describe, expect, test } from 'vitest'
import { LONGEST_RETRY_DELAY_MS, toFailure } from '../../../src/activities/failures.ts'
import type { Connection } from '../../../src/providers/contract.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import { callsOf } from '../calls.ts'
import { attempt, failureOf } from '../expecting.ts'
import { staged } from '../stage.ts'
import { ONE } from '../tasks.ts'
import { countingGate, declaredGate, REFUSED_FOR_MS } from '../time.ts'
import type { Service } from '../world.ts'

/** One more than this is never tried: a budget without end is no budget that can be exceeded. */
const MOST_CALLS = 130
/** A real server has no limit of its own to meet, and takes its time. */
const MOST_CALLS_REAL = 20

/** A request for a slot, a slot for a request (I15, L3). */
export function budgetLaws(service: Service): void {
  const calls = callsOf(service)
  const { quota } = service.declares

  describe('budget', () => {
    test.each(calls)(
      '%s takes a declared slot before each request, and none besides',
      async (_name, prepare) => {
        await staged(service, async (stage) => {
          const call = await prepare(stage)
          const gate = countingGate(stage.time)
          const connection = stage.connect({ gate })
          const start = stage.world.weather.requests
          const early: number[] = []
          stage.world.weather.watch(() => {
            const sent = stage.world.weather.requests - start
            if (sent > gate.taken.length) early.push(sent)
          })
          await call(connection)
          expect(early, 'requests that left before their slot was taken').toEqual([])
          expect(gate.taken.length).toBe(stage.world.weather.requests - start)
          expect(gate.taken.length).toBeGreaterThan(0)
          const declared = quota.map(({ context }) => context)
          for (const { context } of gate.taken) expect(declared).toContain(context)
        })()
      },
    )

    test.each(calls)(
      '%s without a free slot sends nothing and says when to ask again',
      async (_name, prepare) => {
        await staged(service, async (stage) => {
          const call = await prepare(stage)
          const start = stage.world.weather.requests
          const failure = await failureOf(call(stage.connect({ gate: countingGate(stage.time, 0) })))
          expect(failure).toMatchObject({ kind: 'rate-limited', retryAfterMs: REFUSED_FOR_MS })
          expect(stage.world.weather.requests).toBe(start)
        })()
      },
    )

    test.each(calls)(
      '%s that the service limits says when to ask again, and the budget is told',
      async (_name, prepare) => {
        await staged(service, async (stage) => {
          const call = await prepare(stage)
          for (const retryAfterSeconds of [7, 90, undefined]) {
            const told = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
            stage.world.weather.on({ status: 429, ...told }, { times: 1_000 })
            const gate = countingGate(stage.time)
            const failure = await failureOf(call(stage.connect({ gate })))
            stage.world.weather.clear()
            expect(failure.kind).toBe('rate-limited')
            expect(failure.retryAfterMs).toBeGreaterThan(0)
            expect(gate.news.some(({ retryAfterMs }) => retryAfterMs === failure.retryAfterMs)).toBe(true)
            if (service.wire !== 'in-process' && retryAfterSeconds !== undefined)
              expect(failure.retryAfterMs).toBe(retryAfterSeconds * 1_000)
            expectRetry(failure)
          }
        })()
      },
    )

    test(
      'a write whose slots run out says what was done, and leaves the rest undone',
      staged(service, async (stage) => {
        for (const slots of [1, 2, 4, 7]) {
          const before = (await stage.user.tasks()).length
          const ops = Array.from({ length: 12 }, () => stage.createOp(ONE))
          const gate = countingGate(stage.time, slots)
          const reply = await attempt(stage.provider.write(stage.connect({ gate }), ops))
          const results = reply instanceof ProviderError ? [] : reply.results
          const done = results.filter(({ steps }) => steps[0]?.outcome === 'confirmed').length
          const rest = results.filter(({ steps }) => steps[0]?.outcome !== 'confirmed')
          expect((await stage.user.tasks()).length - before).toBe(done)
          for (const { steps } of rest) {
            expect(steps.map(({ outcome }) => outcome)).toEqual(['skipped'])
            expect(steps[0]?.error).toMatchObject({ kind: 'rate-limited', retryAfterMs: REFUSED_FOR_MS })
          }
          if (reply instanceof ProviderError) expect(done).toBe(0)
        }
      }),
    )

    test(
      'within what is declared, the service never says that it is too much',
      staged(service, async (stage) => {
        const id = await stage.make()
        await stage.world.limit()
        await stage.advance(Math.max(...quota.map(({ windowMs }) => windowMs)) + 1_000)
        const gate = declaredGate(stage.time, quota)
        const connection = stage.connect({ gate })
        const each: ((connection: Connection) => Promise<unknown>)[] = [
          (one) => stage.provider.read(one, [id]),
          (one) => stage.provider.pull(one, { mode: 'complete', cursor: null, position: null }),
          (one) => stage.provider.write(one, [stage.createOp(ONE)]),
        ]
        for (const call of each) {
          for (let nth = 0; nth < (service.isReal ? MOST_CALLS_REAL : MOST_CALLS); nth += 1) {
            const result = await attempt(call(connection))
            if (!(result instanceof ProviderError)) continue
            expect(result).toMatchObject({ kind: 'rate-limited', message: 'No slot is free' })
            break
          }
        }
        expect(gate.news.filter(({ retryAfterMs }) => retryAfterMs !== undefined)).toEqual([])
      }),
    )
  })
}

/** A short wait is a retry's delay; a longer one ends the attempt, and the connection wakes it. */
function expectRetry(error: ProviderError): void {
  const failure = toFailure(error)
  const tooLong = (error.retryAfterMs ?? 0) > LONGEST_RETRY_DELAY_MS
  expect(failure).toMatchObject(
    tooLong
      ? { nonRetryable: true, type: 'rate-limited' }
      : { nonRetryable: false, nextRetryDelay: error.retryAfterMs },
  )
}
