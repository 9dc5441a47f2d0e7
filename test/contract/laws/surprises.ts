import { describe, expect, test } from 'vitest'
import type { Observation } from '../../../src/providers/contract.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER, PLAIN_FIELDS } from '../tasks.ts'
import { needed, type Service } from '../world.ts'

/** What a service says that nobody has heard of yet. */
export function surpriseLaws(service: Service): void {
  const { wire } = service
  const { fields } = service.declares.capabilities
  const held = PLAIN_FIELDS.filter((field) => fields[field] !== 'none')

  describe('surprises', () => {
    test(
      'what no field holds is there after every write',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        await stage.user.decorate(id)
        const before = await stage.user.held(id)
        await stage.write(stage.updateOp(id, await stage.look(id), { title: 'New' }))
        await stage.write(stage.updateOp(id, await stage.look(id), { title: ONE.title, completed: true }))
        await stage.write(stage.updateOp(id, await stage.look(id), { completed: false }))
        expect(await stage.user.held(id)).toEqual(before)
      }),
    )

    test.runIf(fields.recurrence !== 'none')(
      'a task that repeats goes on doing so when its date is written (D1)',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        if (fields.recurrence === 'rw') await stage.user.edit(id, { recurrence: OTHER.recurrence })
        else await needed(stage.world.user.repeat, 'user.repeat', 'recurrence: readOnly')(id)
        const before = await stage.look(id)
        expect(before.task.recurrence).not.toBeNull()
        await stage.write(stage.updateOp(id, before, { due: { kind: 'day', day: '2027-03-05' } }))
        const { task } = await stage.look(id)
        expect(task).toMatchObject({
          recurrence: before.task.recurrence,
          due: { kind: 'day', day: '2027-03-05' },
        })
      }),
    )

    if (wire === 'in-process') return

    test(
      'keys that nobody knows, in every object of every answer, change nothing',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        const before = await stage.look(id)
        needed(stage.world.alter, 'alter', 'a wire')(withUnknownKeys)
        expect((await stage.look(id)).task).toEqual(before.task)
        expect((await stage.walkAll()).seen.get(id)).toMatchObject({ seen: { task: before.task } })
        const { steps } = await stage.write(stage.updateOp(id, before, { title: 'New' }))
        expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed'])
        expect((await stage.provider.check(stage.connect())).userId).toBe(stage.facts.userId)
      }),
    )

    test.each(Object.entries(wire.oddities))('%s is survived, in one task alone', async (_name, change) => {
      await staged(service, async (stage) => {
        const odd = await stage.user.add(ONE)
        const plain = await stage.user.add(ONE)
        const before = await stage.look(odd)
        needed(
          stage.world.alter,
          'alter',
          'a wire',
        )((body) => {
          for (const row of wire.rows(body)) if (String(row.id) === odd) change(row)
          return body
        })
        const { observations } = await stage.provider.read(stage.connect(), [odd, plain])
        const walk = await stage.walkAll()
        const seen = (all: Iterable<Observation>, id: string) => [...all].find((one) => one.remoteId === id)
        for (const all of [observations, [...walk.seen.values()]]) {
          expect(seen(all, plain)?.kind).toBe('present')
          expect(['present', 'unknown']).toContain(seen(all, odd)?.kind)
        }
        expect(walk.complete).toBe(true)
        await writesBesideIt(stage, odd, seen(observations, odd), before.task)
      })()
    })

    /** A write of the title leaves the odd value at the service as it is. */
    async function writesBesideIt(
      stage: Stage,
      id: string,
      seen: Observation | undefined,
      before: Readonly<Record<string, unknown>>,
    ): Promise<void> {
      if (seen?.kind !== 'present') return
      await stage.write(stage.updateOp(id, seen.seen, { title: 'New' }))
      stage.world.alter?.(null)
      const after = await stage.look(id)
      expect(after.task.title).toBe('New')
      const stays = wire !== 'in-process' && wire.writesWhole === true ? seen.seen.task : before
      for (const field of held.filter((one) => one !== 'title'))
        expect(after.task[field], field).toEqual(stays[field])
    }
  })
}

function withUnknownKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withUnknownKeys)
  if (value === null || typeof value !== 'object') return value
  // Empty ones are maps by ids, whose keys mean something.
  const known = Object.entries(value).map(([key, one]) => [key, withUnknownKeys(one)])
  if (known.length === 0) return value
  return { ...Object.fromEntries(known), ofNextYear: { deep: [1, null] }, anotherOne: 'x' }
}
