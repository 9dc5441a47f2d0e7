import { describe, expect, test } from 'vitest'
import { attempt, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER, PLAIN_FIELDS } from '../tasks.ts'
import { BREAKS, nameOf, troublesAt } from '../weather.ts'
import { needed, type Service } from '../world.ts'

/** Where a task lies: its list, and the task above it. Wherever it goes, it stays the same task (D2). */
export function placeLaws(service: Service): void {
  const { list, parent } = service.declares.capabilities.fields
  describe.runIf(list === 'rw')('a list', () => listLaws(service))
  describe.runIf(parent === 'rw')('a parent', () => parentLaws(service))
}

const newList = (stage: Stage) => needed(stage.world.user.addList, 'user.addList', 'lists that are written')()

type Place = { readonly list?: string; readonly parent?: string | null }

/** Moves a task, and looks whether all else of it is as it was. */
async function moved(stage: Stage, id: string, to: Place) {
  const before = await stage.look(id)
  const { steps, now } = await stage.write(stage.updateOp(id, before, to))
  expect(steps.map(({ name, outcome }) => [name, outcome])).toEqual([['move', 'confirmed']])
  const after = await stage.look(id)
  if (now !== null) expect(now.task).toEqual(after.task)
  for (const field of PLAIN_FIELDS)
    expect(stage.kept(field, after.task), field).toEqual(stage.kept(field, before.task))
  expect(after.marker).toBe(before.marker)
  return after.task
}

function listLaws(service: Service): void {
  test(
    'is where a task is made, and where its observations show it',
    staged(service, async (stage) => {
      const there = await newList(stage)
      const id = await stage.make({ ...ONE, list: there })
      expect((await stage.look(id)).task.list).toBe(there)
      expect((await stage.walkAll()).seen.get(id)).toMatchObject({ seen: { task: { list: there } } })
    }),
  )

  test(
    'is where a task is moved to whole, under its id, and a pull tells of it',
    staged(service, async (stage) => {
      const [from, to] = [await newList(stage), await newList(stage)]
      const id = await stage.make({ ...ONE, list: from })
      await stage.user.decorate(id)
      const { cursor } = await stage.walkAll()
      expect((await moved(stage, id, { list: to })).list).toBe(to)
      const { seen } = await stage.walk({ mode: 'incremental', cursor })
      expect(seen.get(id)).toMatchObject({ kind: 'present', seen: { task: { list: to } } })
      const held = await stage.user.held(id)
      expect((await moved(stage, id, { list: from })).list).toBe(from)
      expect((await moved(stage, id, { list: to })).list).toBe(to)
      expect(await stage.user.held(id)).toEqual(held)
      expect(await stage.user.tasks()).toEqual([{ id, title: ONE.title }])
    }),
  )

  test(
    'is where a user moves a task to: it is the same task, and no pull says that it is gone',
    staged(service, async (stage) => {
      const [from, to] = [await newList(stage), await newList(stage)]
      const id = await stage.make({ ...ONE, list: from })
      const { cursor } = await stage.walkAll()
      await stage.user.edit(id, { list: to })
      const { seen } = await stage.walk({ mode: 'incremental', cursor })
      expect([...seen.values()].map(({ kind, remoteId }) => [kind, remoteId])).toEqual([['present', id]])
      expect((await stage.look(id)).task.list).toBe(to)
    }),
  )

  test(
    'to which a move goes whose answer fails has the task once, when it is sent again',
    staged(service, async (stage) => {
      // The same two for all: every look at the account goes through all lists that there are.
      const [from, to] = [await newList(stage), await newList(stage)]
      for (const trouble of troublesAt(service, BREAKS)) {
        const id = await stage.make({ ...ONE, list: from })
        const op = stage.updateOp(id, await stage.look(id), { list: to })
        const before = (await stage.user.tasks()).length
        for (const nth of [1, 2, 3]) {
          stage.world.weather.on(trouble, { nth })
          await attempt(stage.write(op))
          stage.world.weather.clear()
        }
        const { steps } = await stage.write(op)
        expect(steps, nameOf(trouble)).toMatchObject([{ name: 'move', outcome: 'confirmed' }])
        expect((await stage.look(id)).task.list).toBe(to)
        expect((await stage.user.tasks()).length, nameOf(trouble)).toBe(before)
      }
    }),
  )

  test(
    'of a task that is gone is not written any more than any other field',
    staged(service, async (stage) => {
      const to = await newList(stage)
      const id = await stage.make(ONE)
      const before = await stage.look(id)
      await stage.user.remove(id)
      const { steps } = await stage.write(stage.updateOp(id, before, { list: to }))
      expect(steps).toMatchObject([{ outcome: 'refused', error: { kind: 'gone' } }])
    }),
  )

  test(
    'is written along with other fields',
    staged(service, async (stage) => {
      const to = await newList(stage)
      const id = await stage.make(ONE)
      const fields = { title: OTHER.title, completed: true, list: to }
      const { steps } = await stage.write(stage.updateOp(id, await stage.look(id), fields))
      expect(steps.every(({ outcome }) => outcome === 'confirmed')).toBe(true)
      expect(await stage.look(id)).toMatchObject({ task: { ...fields, priority: ONE.priority } })
    }),
  )
}

function parentLaws(service: Service): void {
  test(
    'is the task below which one is made, moved, and taken out from',
    staged(service, async (stage) => {
      const [above, other] = [await stage.make(), await stage.make()]
      const id = await stage.make({ ...ONE, parent: above })
      expect((await stage.look(id)).task.parent).toBe(above)
      expect((await stage.look(above)).task.parent).toBeNull()
      expect((await moved(stage, id, { parent: other })).parent).toBe(other)
      expect((await moved(stage, id, { parent: null })).parent).toBeNull()
      expect(present((await stage.walkAll()).seen.get(id), 'the task')).toMatchObject({
        seen: { task: { parent: null } },
      })
    }),
  )
}
