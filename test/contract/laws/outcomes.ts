import { describe, expect, test } from 'vitest'
import type { WriteOp } from '../../../src/providers/contract.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import { attempt } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE } from '../tasks.ts'
import { BREAKS, nameOf, type Trouble, troublesAt } from '../weather.ts'
import type { Service } from '../world.ts'

const TROUBLES: readonly Trouble[] = [
  ...BREAKS,
  { status: 500, afterwards: true },
  { status: 504, afterwards: true },
  'portal',
  { status: 429 },
  { status: 408 },
]

/** What a write says of itself is so, whatever becomes of its answer (I3, I12). */
export function outcomeLaws(service: Service): void {
  const troubles = troublesAt(service, TROUBLES)

  describe('outcomes', () => {
    test(
      'of an edit whose answer fails: what is confirmed is there, what was thrown is not, and it may be sent again',
      staged(service, async (stage) => {
        for (const trouble of troubles) {
          const id = await stage.make(ONE)
          const op = stage.updateOp(id, await stage.look(id), { title: 'New' })
          const outcome = await outcomeOf(stage, op, trouble)
          const isThere = (await stage.look(id)).task.title === 'New'
          expectTruth(outcome, isThere, trouble)
          expect((await stage.write(op)).steps[0]?.outcome, nameOf(trouble)).toBe('confirmed')
          expect((await stage.look(id)).task).toMatchObject({ title: 'New', due: ONE.due })
          await stage.user.remove(id)
        }
      }),
    )

    test(
      'of a deletion whose answer fails: the same',
      staged(service, async (stage) => {
        for (const trouble of troubles) {
          const op = stage.deleteOp(await stage.make(ONE))
          const outcome = await outcomeOf(stage, op, trouble)
          expectTruth(outcome, (await stage.user.tasks()).length === 0, trouble)
          expect((await stage.write(op)).steps[0]?.outcome, nameOf(trouble)).toBe('confirmed')
          expect(await stage.user.tasks()).toEqual([])
        }
      }),
    )

    test(
      'of several ops whose answer fails are told for each of them',
      staged(service, async (stage) => {
        for (const trouble of troubles) {
          const ops = Array.from({ length: 4 }, () => stage.createOp(ONE))
          const before = (await stage.user.tasks()).length
          stage.world.weather.on(trouble, { nth: stage.world.writes === 'together' ? 1 : 2 })
          const reply = await attempt(stage.provider.write(stage.connect(), ops))
          stage.world.weather.clear()
          const made = (await stage.user.tasks()).length - before
          if (reply instanceof ProviderError) {
            expect(made, nameOf(trouble)).toBe(0)
            continue
          }
          expect(reply.results).toHaveLength(ops.length)
          const outcomes = reply.results.map(({ steps }) => steps[0]?.outcome)
          const sure = outcomes.filter((one) => one === 'confirmed').length
          const open = outcomes.filter((one) => one === 'unknown').length
          expect(made, nameOf(trouble)).toBeGreaterThanOrEqual(sure)
          expect(made, nameOf(trouble)).toBeLessThanOrEqual(sure + open)
        }
      }),
    )

    test(
      'of a write that was cancelled on its way are open, and one cancelled beforehand was never sent',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const op = stage.updateOp(id, await stage.look(id), { title: 'New' })
        const { requests } = stage.world.weather
        const never = await attempt(stage.write(op, { signal: AbortSignal.abort() }))
        expect(never).toMatchObject({ kind: 'transient' })
        expect(stage.world.weather.requests).toBe(requests)
        const stop = new AbortController()
        stage.world.weather.watch(() => stop.abort())
        const cut = await attempt(stage.write(op, { signal: stop.signal }))
        const outcome = cut instanceof ProviderError ? cut.kind : cut.steps[0]?.outcome
        if (service.wire !== 'in-process') expect(['unknown', 'transient']).toContain(outcome)
      }),
    )
  })
}

/** The outcome of the op's step, or `thrown`. */
async function outcomeOf(stage: Stage, op: WriteOp, trouble: Trouble): Promise<string> {
  stage.world.weather.on(trouble)
  const result = await attempt(stage.write(op))
  stage.world.weather.clear()
  if (result instanceof ProviderError) return 'thrown'
  return result.steps[0]?.outcome ?? 'nothing'
}

function expectTruth(outcome: string, isDone: boolean, trouble: Trouble): void {
  const possible = isDone ? ['confirmed', 'unknown'] : ['unknown', 'skipped', 'thrown']
  expect(possible, `after ${nameOf(trouble)}`).toContain(outcome)
}
