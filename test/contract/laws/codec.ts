import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CanonicalTask, Field } from '../../../src/core/task.ts'
import { zone } from '../../core/arbitraries.ts'
import { presentIds } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { anyTask, ONE, OTHER, PLAIN_FIELDS } from '../tasks.ts'
import type { Service } from '../world.ts'

/** Byte order marks in front of a text: one server takes one of them away with each write. */
const MARKED: CanonicalTask = { ...ONE, notes: '\ufeff\ufeffnotes', completed: true }

/** What a service can hold of a task, and that it holds what it is given. */
export function codecLaws(service: Service): void {
  const { keep, capabilities } = service.declares
  const written = PLAIN_FIELDS.filter((field) => ['rw', 'createOnly'].includes(capabilities.fields[field]))

  describe('codec', () => {
    test('keep of what was kept changes nothing, whatever the value and the zone', () => {
      fc.assert(
        fc.property(anyTask, zone, (task, where) => {
          for (const field of PLAIN_FIELDS) {
            const once = keep(field, task[field], { zone: where })
            expect(keep(field, once, { zone: where }), field).toEqual(once)
          }
        }),
        { numRuns: 150 },
      )
    })

    test('all values of a field that the service does not have are kept as one', () => {
      for (const field of PLAIN_FIELDS.filter((one) => capabilities.fields[one] === 'none'))
        expect(keep(field, ONE[field], { zone: 'UTC' }), field).toEqual(
          keep(field, OTHER[field], { zone: 'UTC' }),
        )
    })

    test(
      'what is written is read again as it was kept, by a read and by a pull',
      staged(service, async (stage) => {
        await fc.assert(
          fc.asyncProperty(fc.array(anyTask, { minLength: 10, maxLength: 20 }), (tasks) =>
            writtenIsRead(stage, written, tasks),
          ),
          // Every example is kept that once showed a bug.
          {
            numRuns: service.isReal ? 2 : 3,
            examples: [[[ONE, OTHER, MARKED]]],
            endOnFailure: service.isReal === true,
          },
        )
      }),
    )
  })
}

async function writtenIsRead(
  stage: Stage,
  written: readonly Field[],
  tasks: readonly CanonicalTask[],
): Promise<void> {
  const made = await stage.writeAll(tasks.map((task) => stage.createOp(task)))
  const ids = made.map(({ remoteId, steps }) => {
    expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed'])
    return remoteId ?? ''
  })
  const done = ids.filter((_, nth) => tasks[nth]?.completed)
  const looks = await readAll(stage, ids)
  const closing = done.map((id) => stage.updateOp(id, looks.get(id) ?? null, { completed: true }))
  for (const { steps } of await stage.writeAll(closing))
    expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed'])
  const byRead = await readAll(stage, ids)
  const walk = await stage.walkAll()
  const listed = stage.can.listsCompleted ? ids : ids.filter((id) => !done.includes(id))
  expect(presentIds(walk.seen.values())).toEqual(expect.arrayContaining(listed))
  for (const [nth, task] of tasks.entries()) {
    const id = ids[nth] ?? ''
    const pulled = walk.seen.get(id)
    const looksAt = [byRead.get(id), pulled?.kind === 'present' ? pulled.seen : undefined]
    for (const field of written)
      for (const seen of looksAt)
        if (seen !== undefined) expect(stage.kept(field, seen.task), field).toEqual(stage.kept(field, task))
    expect(byRead.has(id)).toBe(true)
  }
}

async function readAll(stage: Stage, ids: readonly string[]) {
  const { observations } = await stage.provider.read(stage.connect(), ids)
  return new Map(
    observations.flatMap((one) => (one.kind === 'present' ? [[one.remoteId, one.seen] as const] : [])),
  )
}
