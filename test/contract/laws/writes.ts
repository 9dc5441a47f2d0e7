import { describe, expect, test } from 'vitest'
import type { FieldValues } from '../../../src/core/task.ts'
import type { WriteOp } from '../../../src/providers/contract.ts'
import { present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER, PLAIN_FIELDS } from '../tasks.ts'
import { countingGate } from '../time.ts'
import type { Service } from '../world.ts'

/** One result for each op, in the shapes of the contract, and nothing done beside what was asked. */
export function writeLaws(service: Service): void {
  const { fields } = service.declares.capabilities
  const written = PLAIN_FIELDS.filter((field) => fields[field] === 'rw')
  const unwritten = PLAIN_FIELDS.filter((field) => fields[field] === 'none' || fields[field] === 'readOnly')

  describe('writes', () => {
    test(
      'give one result for each op, with its steps in their order and what the service then holds',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const update = stage.updateOp(id, await stage.look(id), changeable(stage, OTHER))
        const ops = [stage.createOp(ONE), update, stage.createOp(OTHER), stage.deleteOp(await stage.make())]
        const gate = countingGate(stage.time)
        const { results } = await stage.provider.write(stage.connect({ gate }), ops)
        await stage.settle()
        expect(results.map(({ opId }) => opId).sort()).toEqual(ops.map(({ opId }) => opId).sort())
        for (const op of ops) {
          const result = present(
            results.find(({ opId }) => opId === op.opId),
            'the result of an op',
          )
          const errors = result.steps.map((step) => ('error' in step ? String(step.error) : '')).join(' ')
          expect(
            result.steps.map(({ name, outcome }) => [name, outcome]),
            errors,
          ).toEqual(op.steps.map(({ name }) => [name, 'confirmed']))
          expect(gate.taken.map(({ askedAt }) => askedAt)).toContain(result.askedAt)
          const remoteId = present(result.remoteId, 'the id of a task that exists')
          if (op.verb === 'delete') expect(result.now).toBeNull()
          // A service may show nothing in its reply; but what it shows is true.
          else if (result.now !== null) expect(result.now.task).toEqual((await stage.look(remoteId)).task)
        }
      }),
    )

    test.each(written)(
      'of %s alone leave every other field as it was, and what no field holds',
      async (field) => {
        await staged(service, async (stage) => {
          const twin = await stage.user.add(ONE)
          const id = await stage.user.add(ONE)
          for (const one of [twin, id]) await stage.user.decorate(one)
          const refused = stage.world.refusesChangeOf?.includes(field) === true
          const before = await stage.look(id)
          const { steps, now } = await stage.write(stage.updateOp(id, before, { [field]: OTHER[field] }))
          expect(steps.map(({ outcome }) => outcome)).toEqual([refused ? 'refused' : 'confirmed'])
          if (refused) expect(steps[0]?.error).toMatchObject({ kind: 'invalid', hint: expect.any(String) })
          const after = await stage.look(id)
          const expected: FieldValues = refused ? ONE : { ...ONE, [field]: OTHER[field] }
          for (const one of written)
            expect(stage.kept(one, after.task), one).toEqual(stage.kept(one, expected))
          if (now !== null) expect(stage.kept(field, now.task)).toEqual(stage.kept(field, expected))
          if (!refused) await stage.user.edit(twin, { [field]: OTHER[field] })
          expect(await stage.user.held(id)).toEqual(await stage.user.held(twin))
        })()
      },
    )

    test(
      'of fields that the service does not take change nothing',
      staged(service, async (stage) => {
        const twin = await stage.user.add(ONE)
        const id = await stage.user.add(ONE)
        const title = { title: 'New' }
        const foreign = Object.fromEntries(unwritten.map((field) => [field, OTHER[field]]))
        const op = stage.updateOp(id, await stage.look(id), title)
        const carrying = op.steps.map((step) => ({ ...step, fields: { ...step.fields, ...foreign } }))
        await stage.write({ ...op, steps: carrying })
        await stage.user.edit(twin, title)
        expect(await stage.user.held(id)).toEqual(await stage.user.held(twin))
      }),
    )

    test.runIf(service.declares.capabilities.guardsWrites)(
      'write over nothing that its user has typed since it was looked at, and beside it what they are to',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const before = await stage.look(id)
        await stage.user.edit(id, { title: 'Typed meanwhile' })
        const both = { title: OTHER.title, priority: OTHER.priority }
        const { steps } = await stage.write(stage.updateOp(id, before, both))
        expect(steps.map(({ outcome }) => outcome)).toEqual(['skipped'])
        expect((await stage.look(id)).task).toMatchObject({
          title: 'Typed meanwhile',
          priority: before.task.priority,
        })
        const beside = await stage.write(stage.updateOp(id, before, { priority: OTHER.priority }))
        expect(beside.steps.map(({ outcome }) => outcome)).toEqual(['confirmed'])
        expect((await stage.look(id)).task).toMatchObject({
          title: 'Typed meanwhile',
          priority: OTHER.priority,
        })
      }),
    )

    test(
      'that set what is there already are confirmed',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const { steps } = await stage.write(stage.updateOp(id, await stage.look(id), changeable(stage, ONE)))
        expect(steps.every(({ outcome }) => outcome === 'confirmed')).toBe(true)
      }),
    )

    test(
      'of a deletion are fine when it is deleted already; any other write to it is refused as gone',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const before = await stage.look(id)
        for (const _again of [1, 2])
          expect((await stage.write(stage.deleteOp(id))).steps).toEqual([
            { name: 'delete', outcome: 'confirmed' },
          ])
        const { steps, remoteId } = await stage.write(stage.updateOp(id, before, changeable(stage, OTHER)))
        expect(steps[0]).toMatchObject({ outcome: 'refused', error: { kind: 'gone' } })
        expect(steps.every(({ outcome }) => outcome !== 'confirmed')).toBe(true)
        expect(remoteId).toBe(id)
        expect(await stage.user.tasks()).toEqual([])
      }),
    )

    test(
      'of many ops need as few requests as the service allows, and one that fails hurts no neighbour',
      staged(service, async (stage) => {
        const gone = await stage.make()
        const before = await stage.look(gone)
        await stage.user.remove(gone)
        const ops: WriteOp[] = Array.from({ length: stage.can.writeBatch - 1 }, (_, nth) =>
          stage.createOp({ title: `Task ${nth}` }),
        )
        ops.splice(3, 0, stage.updateOp(gone, before, { title: 'Too late' }))
        const { requests } = stage.world.weather
        const { results } = await stage.provider.write(stage.connect(), ops)
        expect(results.filter(({ steps }) => steps[0]?.outcome === 'confirmed')).toHaveLength(ops.length - 1)
        expect((await stage.user.tasks()).length).toBe(ops.length - 1)
        expect(stage.world.weather.requests - requests).toBe(
          stage.world.writes === 'together' ? 1 : ops.length + (stage.world.missingLooks ?? 0),
        )
      }),
    )

    test(
      'at the same time are each told of their own tasks alone',
      staged(service, async (stage) => {
        const ops = Array.from({ length: 6 }, (_, nth) => stage.createOp({ title: `Task ${nth}` }))
        const replies = await Promise.all(ops.map((op) => stage.provider.write(stage.connect(), [op])))
        expect(replies.map(({ results }) => results.map(({ opId }) => opId))).toEqual(
          ops.map(({ opId }) => [opId]),
        )
        expect(new Set(replies.map(({ results }) => results[0]?.remoteId)).size).toBe(ops.length)
      }),
    )
  })
}

/** Of these values those that this account lets change. */
function changeable(stage: Stage, values: FieldValues): FieldValues {
  const refused = stage.world.refusesChangeOf ?? []
  const names = PLAIN_FIELDS.filter((field) => stage.can.fields[field] === 'rw' && !refused.includes(field))
  return Object.fromEntries(names.map((field) => [field, values[field]]))
}
