import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { ContainerTarget, RemoteContainer, WriteReply } from '../../../src/providers/contract.ts'
import { attempt, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { ONE, OTHER, PLAIN_FIELDS } from '../tasks.ts'
import type { Service } from '../world.ts'

/** Containers into which writes put tasks, and which they make on the way. */
export function homeLaws(service: Service): void {
  if (!service.declares.capabilities.containers) return
  const [outer = 'list', inner = null] = service.declares.containers?.kinds ?? []
  describe('containers of a write', () => {
    test(
      'are made once, by the first write that needs them, whatever becomes of its answer',
      staged(service, async (stage) => {
        const container = target(outer)
        const { cursor } = await stage.walkAll()
        const connection = stage.connect({ cursor })
        const ops = ['One', 'Two'].map((title) => stage.createOp({ title }, { container }))
        stage.world.weather.on('reply-lost')
        await attempt(stage.provider.write(connection, ops))
        const reply = await stage.provider.write(connection, ops)
        const third = stage.createOp({ title: 'Three' }, { container })
        const later = await stage.provider.write(connection, [third])
        const homes = [...reply.containers, ...later.containers].map(({ remoteId }) => remoteId)
        expect(new Set(homes).size).toBe(1)
        const tasks = [...(await stage.walkAll()).seen.values()]
        expect(tasks).toHaveLength(3)
        for (const one of tasks)
          expect(one).toMatchObject({
            kind: 'present',
            seen: { container: homes[0], task: { list: homes[0] } },
          })
      }),
    )

    describe.runIf(inner !== null)('that lie in others', () => nestedLaws(service, outer, inner ?? outer))
    describe('of a move', () => moveLaws(service, outer, inner))
  })
}

let made = 0

function target(kind: RemoteContainer['kind'], changes: Partial<ContainerTarget> = {}): ContainerTarget {
  made += 1
  const containerId = randomUUID()
  return {
    containerId,
    remoteId: null,
    kind,
    key: randomUUID(),
    name: `Home ${made}`,
    marker: `contract/${containerId}/general/1`,
    link: null,
    parent: null,
    ...changes,
  }
}

const idOf = ({ containers }: Pick<WriteReply, 'containers'>, { containerId }: ContainerTarget) =>
  present(containers.find((one) => one.containerId === containerId)?.remoteId, 'the id of a container')

function nestedLaws(service: Service, outer: RemoteContainer['kind'], inner: RemoteContainer['kind']): void {
  test(
    'are made with them in one request, each once, whatever becomes of the answer',
    staged(service, async (stage) => {
      const parent = target(outer)
      const [first, second] = [target(inner, { parent }), target(inner, { parent })]
      const { cursor } = await stage.walkAll()
      const connection = stage.connect({ cursor })
      const ops = [first, second, parent, first].map((container, nth) =>
        stage.createOp({ title: `Task ${nth}` }, { container }),
      )
      stage.world.weather.on('reply-lost')
      await attempt(stage.provider.write(connection, ops))
      stage.world.weather.clear()
      const { requests } = stage.world.weather
      const reply = await stage.provider.write(connection, ops)
      expect(stage.world.weather.requests - requests).toBe(1)
      const late = stage.createOp({ title: 'Late' }, { container: first })
      const later = await stage.provider.write(connection, [late])
      await stage.settle()

      const ids = [parent, first, second].map((one) => idOf(reply, one))
      expect(reply.containers).toHaveLength(3)
      for (const { containerId, remoteId } of later.containers)
        expect(reply.containers).toContainEqual({ containerId, remoteId })
      const { containers } = await present(service.declares.containers && stage.provider.containers, '').list(
        stage.connect(),
      )
      const shown = containers.filter(({ remoteId }) => ids.includes(remoteId))
      expect(shown.map(({ remoteId, parent }) => [remoteId, parent]).sort()).toEqual(
        [
          [ids[0], null],
          [ids[1], ids[0]],
          [ids[2], ids[0]],
        ].sort(),
      )
      const marked = [parent, first, second].map(({ marker }) => marker)
      expect(containers.filter(({ marker }) => marked.includes(marker ?? ''))).toHaveLength(3)
      const { seen } = await stage.walkAll()
      const places = [...seen.values()].flatMap((one) =>
        one.kind === 'present' ? [[one.seen.task.title, one.seen.container, one.seen.task.list]] : [],
      )
      expect(places.sort()).toEqual(
        [
          ['Task 0', ids[1], ids[0]],
          ['Task 1', ids[2], ids[0]],
          ['Task 2', ids[0], ids[0]],
          ['Task 3', ids[1], ids[0]],
          ['Late', ids[1], ids[0]],
        ].sort(),
      )
    }),
  )

  test(
    'are made in one that is there',
    staged(service, async (stage) => {
      const outerOne = target(outer)
      const first = stage.createOp({ title: 'One' }, { container: outerOne })
      const remoteId = idOf(await stage.provider.write(stage.connect(), [first]), outerOne)
      const container = target(inner, { parent: { ...outerOne, remoteId } })
      const reply = await stage.provider.write(stage.connect(), [
        stage.createOp({ title: 'Two' }, { container }),
      ])
      await stage.settle()
      const id = present(reply.results[0]?.remoteId, 'the id of a created task')
      expect(await stage.look(id)).toMatchObject({
        container: idOf(reply, container),
        task: { list: remoteId },
      })
      expect(reply.containers).toHaveLength(1)
    }),
  )
}

/** Moves a task, and looks whether all else of it is as it was. Gives back what the call said of containers. */
async function moved(stage: Stage, id: string, container: ContainerTarget, cursor: string | null = null) {
  const before = await stage.look(id)
  const op = stage.moveOp(id, before, container)
  const { results, containers } = await stage.provider.write(stage.connect({ cursor }), [op])
  await stage.settle()
  expect(results[0]?.steps.map(({ name, outcome }) => [name, outcome])).toEqual([['move', 'confirmed']])
  const after = await stage.look(id)
  const now = results[0]?.now ?? null
  if (now !== null) expect([now.container, now.task]).toEqual([after.container, after.task])
  for (const field of PLAIN_FIELDS)
    expect(stage.kept(field, after.task), field).toEqual(stage.kept(field, before.task))
  expect(after.marker).toBe(before.marker)
  return { after, containers }
}

function moveLaws(
  service: Service,
  outer: RemoteContainer['kind'],
  inner: RemoteContainer['kind'] | null,
): void {
  const innermost = (): ContainerTarget =>
    inner === null ? target(outer) : target(inner, { parent: target(outer) })

  test(
    'are made on the way, and the task lies in them as it was',
    staged(service, async (stage) => {
      const id = await stage.make(ONE)
      const container = innermost()
      const { after, containers } = await moved(stage, id, container)
      const home = idOf({ containers }, container)
      expect(after.container).toBe(home)
      const list = container.parent === null ? home : idOf({ containers }, container.parent)
      expect(after.task.list).toBe(list)
      const root = target(outer)
      const out = await moved(stage, id, root)
      expect([out.after.container, out.after.task.list]).toEqual([idOf(out, root), idOf(out, root)])
      const back = await moved(stage, id, { ...container, remoteId: home })
      expect([back.after.container, back.after.task.list]).toEqual([home, list])
      expect(await stage.user.tasks()).toEqual([{ id, title: ONE.title }])
    }),
  )

  test(
    'take the task out from below another, and what lies below it along',
    staged(service, async (stage) => {
      const id = await stage.make({ ...ONE, parent: await stage.make() })
      const below = await stage.make({ ...OTHER, completed: false, parent: id })
      const { after } = await moved(stage, id, innermost())
      expect(after.task.parent).toBeNull()
      if (!stage.can.parentAcrossLists)
        expect(await stage.look(below)).toMatchObject({
          container: after.container,
          task: { parent: id, list: after.task.list },
        })
    }),
  )

  test(
    'are gone to along with what else is written, in the declared order',
    staged(service, async (stage) => {
      const id = await stage.make(ONE)
      const fields = { title: OTHER.title, completed: true }
      const op = stage.moveOp(id, await stage.look(id), innermost(), fields)
      const { results, containers } = await stage.provider.write(stage.connect(), [op])
      const order = stage.can.steps.map(({ name }) => name)
      expect(results[0]?.steps).toEqual(
        order
          .filter((name) => op.steps.some((step) => step.name === name))
          .map((name) => ({ name, outcome: 'confirmed' })),
      )
      await stage.settle()
      const { task, container } = await stage.look(id)
      expect(task).toMatchObject(fields)
      expect(containers.map(({ remoteId }) => remoteId)).toContain(container)
    }),
  )

  test(
    'have the task once, when the answer is lost and it is sent again',
    staged(service, async (stage) => {
      const id = await stage.make(ONE)
      const { cursor } = await stage.walkAll()
      const container = innermost()
      const op = stage.moveOp(id, await stage.look(id), container)
      stage.world.weather.on('reply-lost')
      await attempt(stage.provider.write(stage.connect({ cursor }), [op]))
      stage.world.weather.clear()
      const { results } = await stage.provider.write(stage.connect({ cursor }), [op])
      // Where a write is made only of what was seen, the place in which it lies by now is another.
      expect(['confirmed', 'skipped']).toContain(results[0]?.steps[0]?.outcome)
      const { after, containers } = await moved(stage, id, container, cursor)
      expect(after.container).toBe(idOf({ containers }, container))
      expect(await stage.user.tasks()).toEqual([{ id, title: ONE.title }])
      const { containers: all } = await present(stage.provider.containers, 'containers').list(stage.connect())
      expect(all.filter(({ marker }) => marker === container.marker)).toHaveLength(1)
    }),
  )

  test(
    'that are no more take nothing, and the task stays where it is',
    staged(service, async (stage) => {
      const id = await stage.make(ONE)
      const root = target(outer)
      const { after, containers } = await moved(stage, id, root)
      const own = present(stage.provider.containers, 'containers')
      const parent = inner === null ? null : idOf({ containers }, root)
      const wanted = { key: randomUUID(), kind: inner ?? outer, name: 'Short-lived', parent, marker: null }
      const shortLived = await own.create(stage.connect(), wanted)
      expect(await own.removeEmpty(stage.connect(), shortLived)).toBe(true)
      const { remoteId, kind } = shortLived
      const above = parent === null ? null : { ...root, remoteId: parent }
      const op = stage.moveOp(id, after, target(kind, { remoteId, parent: above }))
      const { steps } = await stage.write(op)
      expect(steps.map(({ name, outcome }) => [name, outcome])).toEqual([['move', 'refused']])
      expect(['gone', 'invalid']).toContain(steps[0]?.error?.kind)
      expect((await stage.look(id)).container).toBe(after.container)
    }),
  )
}
