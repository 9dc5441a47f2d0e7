import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ContainerTarget } from '../../../src/providers/contract.ts'
import { attempt, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER } from '../tasks.ts'
import { BREAKS, nameOf } from '../weather.ts'
import type { Service } from '../world.ts'

/** Tasks that lie below others, and go elsewhere: they stay the same tasks (D2). */
export function moveLaws(service: Service): void {
  const { moves, containers } = service.declares.capabilities
  if (!moves) return

  describe('moves', () => {
    test(
      'a task is made below another one, and reads and pulls show it there',
      staged(service, async (stage) => {
        const parent = await stage.make({ title: 'Above' })
        const { remoteId } = await stage.write(stage.createOp(ONE, { parent }))
        const id = present(remoteId, 'an id')
        expect((await stage.look(id)).parent).toBe(parent)
        expect((await stage.look(parent)).parent).toBeNull()
        expect((await stage.walkAll()).seen.get(id)).toMatchObject({ seen: { parent } })
      }),
    )

    test(
      'a task goes below another one and away from it, and all else of it stays',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        await stage.user.decorate(id)
        const [held, before] = [await stage.user.held(id), await stage.look(id)]
        const parents = [await stage.make({ title: 'Above' }), await stage.make({ title: 'Beside' }), null]
        for (const parent of parents) {
          const op = stage.moveOp(id, await stage.look(id), { container: null, parent })
          const { steps, now } = await stage.write(op)
          expect(steps).toEqual([{ name: 'move', outcome: 'confirmed' }])
          const after = await stage.look(id)
          expect(after).toMatchObject({ parent, list: before.list, task: before.task })
          if (now !== null) expect(now.parent).toBe(parent)
        }
        expect(await stage.user.held(id)).toEqual(held)
      }),
    )

    test(
      'fields that are written along are written, in the steps after it',
      staged(service, async (stage) => {
        const id = await stage.user.add(ONE)
        const parent = await stage.make({ title: 'Above' })
        const place = { container: null, parent }
        const fields = { title: OTHER.title, completed: true }
        const { steps } = await stage.write(stage.moveOp(id, await stage.look(id), place, fields))
        expect(steps[0]?.name).toBe('move')
        expect(steps.every(({ outcome }) => outcome === 'confirmed')).toBe(true)
        expect(await stage.look(id)).toMatchObject({ parent, task: { ...fields, priority: ONE.priority } })
      }),
    )

    test(
      'of a task that is gone are refused as any other write to it',
      staged(service, async (stage) => {
        const id = await stage.make(ONE)
        const before = await stage.look(id)
        await stage.user.remove(id)
        const { steps } = await stage.write(stage.moveOp(id, before, { container: null, parent: null }, ONE))
        expect(steps[0]).toMatchObject({ outcome: 'refused', error: { kind: 'gone' } })
        expect(steps.every(({ outcome }) => outcome !== 'confirmed')).toBe(true)
      }),
    )

    if (containers) betweenContainers(service)
  })
}

function betweenContainers(service: Service): void {
  test(
    'a task goes into another container whole, under its id, and no pull calls it gone',
    staged(service, async (stage) => {
      const id = await stage.user.add(ONE)
      await stage.user.decorate(id)
      const [held, before, { cursor }] = [
        await stage.user.held(id),
        await stage.look(id),
        await stage.walkAll(),
      ]
      const target = await newHome(stage)
      const op = stage.moveOp(id, before, { container: target, parent: null }, { title: OTHER.title })
      const { steps, remoteId } = await stage.write(op)
      expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed', 'confirmed'])
      expect(remoteId).toBe(id)
      const after = await stage.look(id)
      expect(after.list).toBe(target.remoteId)
      expect(after.task).toEqual({ ...before.task, title: OTHER.title })
      const told = await stage.walk({ mode: 'incremental', cursor })
      expect(told.seen.get(id)).toMatchObject({ kind: 'present', seen: { list: target.remoteId } })
      await stage.write(stage.updateOp(id, after, { title: ONE.title }))
      expect(await stage.user.held(id)).toEqual(held)
      expect(await stage.user.tasks()).toHaveLength(1)
    }),
  )

  test(
    'a move whose answer fails may be sent again, and ends as one task in its new place',
    staged(service, async (stage) => {
      for (const trouble of BREAKS) {
        const id = await stage.make(ONE)
        const target = await newHome(stage)
        const op = stage.moveOp(id, await stage.look(id), { container: target, parent: null })
        const before = (await stage.user.tasks()).length
        for (const nth of [1, 2, 3]) {
          stage.world.weather.on(trouble, { nth })
          await attempt(stage.write(op))
          stage.world.weather.clear()
        }
        const { steps } = await stage.write(op)
        expect(steps, nameOf(trouble)).toEqual([{ name: 'move', outcome: 'confirmed' }])
        expect((await stage.look(id)).list).toBe(target.remoteId)
        expect((await stage.user.tasks()).length, nameOf(trouble)).toBe(before)
      }
    }),
  )
}

/** A container that a task has made its own. */
async function newHome(stage: Stage): Promise<ContainerTarget & { readonly remoteId: string }> {
  const containerId = randomUUID()
  const container = {
    containerId,
    remoteId: null,
    key: randomUUID(),
    name: 'Another',
    marker: `contract/${containerId}/general/1`,
  }
  const { cursor } = await stage.walkAll()
  const first = stage.createOp({ title: 'First' }, { container })
  const { containers, results } = await stage.provider.write(stage.connect({ cursor }), [first])
  await stage.user.remove(present(results[0]?.remoteId, 'an id'))
  return { ...container, remoteId: present(containers[0]?.remoteId, 'the id of a container') }
}
