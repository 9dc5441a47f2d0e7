import { describe, expect, test } from 'vitest'
import { present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, PLAIN_FIELDS } from '../tasks.ts'
import { needed, type Service } from '../world.ts'

/** Where a task lies: its list, and the task above it. */
export function placeLaws(service: Service): void {
  const { list, parent } = service.declares.capabilities.fields
  const newList = (stage: Stage) =>
    needed(stage.world.user.addList, 'user.addList', 'lists that are written')()
  const moved = async (stage: Stage, id: string, to: { list?: string; parent?: string | null }) => {
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

  describe.runIf(list === 'rw')('a list', () => {
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
      'is where a task is moved to, as the same task, with all that it holds; a pull tells of it',
      staged(service, async (stage) => {
        const [from, to] = [await newList(stage), await newList(stage)]
        const id = await stage.make({ ...ONE, list: from })
        const { cursor } = await stage.walkAll()
        expect((await moved(stage, id, { list: to })).list).toBe(to)
        const { seen } = await stage.walk({ mode: 'incremental', cursor })
        expect(seen.get(id)).toMatchObject({ kind: 'present', seen: { task: { list: to } } })
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
  })

  describe.runIf(parent === 'rw')('a parent', () => {
    test(
      'is the task below which one is made, moved, and taken out from',
      staged(service, async (stage) => {
        const [above, other] = [await stage.make(), await stage.make()]
        const id = await stage.make({ ...ONE, parent: above })
        expect((await stage.look(id)).task.parent).toBe(above)
        expect((await moved(stage, id, { parent: other })).parent).toBe(other)
        expect((await moved(stage, id, { parent: null })).parent).toBeNull()
        expect(present((await stage.walkAll()).seen.get(id), 'the task')).toMatchObject({
          seen: { task: { parent: null } },
        })
      }),
    )
  })
}
