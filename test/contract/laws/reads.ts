import { describe, expect, test } from 'vitest'
import type { Observation } from '../../../src/providers/contract.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import { attempt, only } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE } from '../tasks.ts'
import { countingGate } from '../time.ts'
import { BREAKS, nameOf, type Trouble, troublesAt } from '../weather.ts'
import type { Service } from '../world.ts'

/** Answers in between that say nothing about a task. */
const ANSWERS: readonly Trouble[] = ['portal', { status: 403 }, { status: 404 }, { status: 400 }]
const LAG_MS = 5_000

/** A look says present, gone or unknown, and never guesses (I7). */
export function readLaws(service: Service): void {
  const { tombstones } = service.declares.capabilities

  describe('reads', () => {
    describe.each([
      ['without a cursor', false],
      ['with the cursor of a walk', true],
    ])('%s', (_how, withCursor) => {
      const cursorOf = async (stage: Stage) => (withCursor ? (await stage.walkAll()).cursor : null)

      test(
        'give one look for each id: there, deleted, never there',
        staged(service, async (stage) => {
          const [here, deleted, quiet] = [await stage.make(ONE), await stage.make(), await stage.make()]
          const cursor = await cursorOf(stage)
          await stage.user.edit(here, { title: 'Edited' })
          await stage.user.remove(deleted)
          const never = await neverThere(stage)
          const gate = countingGate(stage.time)
          const ids = [here, deleted, quiet, never]
          const { observations, askedAt, unreached } = await stage.provider.read(
            stage.connect({ cursor, gate }),
            ids,
          )
          expect(observations.map(({ remoteId }) => remoteId).sort()).toEqual([...ids].sort())
          expect(gate.taken[0]?.askedAt).toBe(askedAt)
          expect(unreached).toBeNull()
          const seen = (id: string) => only(observations.filter(({ remoteId }) => remoteId === id))
          expect(seen(here)).toMatchObject({ kind: 'present', seen: { task: { title: 'Edited' } } })
          expect(seen(deleted).kind).toBe('gone')
          expect(['present', 'unchanged']).toContain(seen(quiet).kind)
          expect(['gone', 'unknown', 'unchanged']).toContain(seen(never).kind)
          expect(isCertainlyGone(seen(never)), 'a task that is merely not there').toBe(false)
          if (!tombstones) expect(isCertainlyGone(seen(deleted))).toBe(false)
        }),
      )

      test(
        'after a failure never say gone for certain, nor anything that is not so',
        staged(service, async (stage) => {
          const ids = [await stage.make(ONE), await stage.make(ONE), await stage.make(ONE)]
          const cursor = await cursorOf(stage)
          await Promise.all(ids.map((id) => stage.user.edit(id, { title: 'Edited' })))
          for (const trouble of troublesAt(service, [...BREAKS, ...ANSWERS])) {
            stage.world.weather.on(trouble, { times: 1_000 })
            const result = await attempt(stage.provider.read(stage.connect({ cursor }), ids))
            stage.world.weather.clear()
            if (result instanceof ProviderError) continue
            for (const one of result.observations) {
              expect(isCertainlyGone(one), nameOf(trouble)).toBe(false)
              // Only a service that says so about this very task may say it, and then it is checked again.
              if (one.kind !== 'unknown') expect([nameOf(trouble), one.kind]).toEqual(['status 404', 'gone'])
            }
          }
        }),
      )

      test(
        'in which one request fails lose no other task',
        staged(service, async (stage) => {
          const ids = [await stage.make(ONE), await stage.make(ONE), await stage.make(ONE)]
          const cursor = await cursorOf(stage)
          for (const trouble of troublesAt(service, BREAKS)) {
            stage.world.weather.on(trouble)
            const result = await attempt(stage.provider.read(stage.connect({ cursor }), ids))
            stage.world.weather.clear()
            if (result instanceof ProviderError) continue
            // An id without an observation was not reached, and the result says why.
            if (result.observations.length < ids.length)
              expect(result.unreached, nameOf(trouble)).not.toBeNull()
            expect(
              result.observations.filter(({ kind }) => kind === 'gone'),
              nameOf(trouble),
            ).toEqual([])
          }
        }),
      )
    })

    test(
      'that lag behind call nothing gone for certain, and a later pull tells what they left out',
      staged(service, async (stage) => {
        const old = await stage.make(ONE)
        await stage.advance(LAG_MS * 2)
        const { cursor } = await stage.walkAll()
        await stage.world.lag(LAG_MS)
        const fresh = await stage.user.add(ONE)
        await stage.user.edit(old, { title: 'Edited' })
        expect(isCertainlyGone(await stage.observe(fresh))).toBe(false)
        const lagging = await stage.walk({ mode: 'incremental', cursor })
        expect(lagging.seen.get(fresh)?.kind ?? 'gone').not.toBe('present')
        await stage.advance(LAG_MS + 1)
        await stage.world.lag(0)
        const later = await stage.walk({ mode: 'incremental', cursor: lagging.cursor })
        expect(later.seen.get(fresh)?.kind).toBe('present')
        expect(later.seen.get(old)).toMatchObject({ seen: { task: { title: 'Edited' } } })
      }),
    )

    test(
      'that were cancelled beforehand send nothing',
      staged(service, async (stage) => {
        const id = await stage.make()
        const { requests } = stage.world.weather
        const signal = AbortSignal.abort()
        const result = await attempt(stage.provider.read(stage.connect({ signal }), [id]))
        expect(result).toMatchObject({ kind: 'transient' })
        expect(stage.world.weather.requests).toBe(requests)
      }),
    )
  })
}

const isCertainlyGone = (one: Observation): boolean => one.kind === 'gone' && one.certain

/** An id that the service might have given, and has not. */
async function neverThere(stage: Stage): Promise<string> {
  const id = await stage.make()
  return /^\d+$/.test(id)
    ? String(Number(id) + 1_000)
    : id.replace(/.$/, (last) => (last === 'X' ? 'Y' : 'X'))
}
