import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Containers, NewContainer } from '../../../src/providers/contract.ts'
import { attempt, failureOf, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import type { Service } from '../world.ts'

/** Projects, lists and sections that Dealbridge looks after. */
export function containerLaws(service: Service): void {
  if (service.declares.containers === null) return
  const { kinds, moves, archives } = service.declares.containers
  const [outer = 'list', inner = null] = kinds
  describe('containers', () => {
    const own = (stage: Stage): Containers => present(stage.provider.containers, 'containers')
    const wanted = (name: string, changes: Partial<NewContainer> = {}): NewContainer => ({
      key: randomUUID(),
      kind: outer,
      name,
      parent: null,
      marker: `contract/${name.toLowerCase()}/general/1`,
      ...changes,
    })

    test(
      'are made once under one key, also when the first answer is lost, and the list shows them',
      staged(service, async (stage) => {
        const project = wanted('Offers')
        stage.world.weather.on('reply-lost')
        const lost = await failureOf(own(stage).create(stage.connect(), project))
        expect(lost.kind).toBe('ambiguous-write')
        const made = await own(stage).create(stage.connect(), project)
        const again = await own(stage).create(stage.connect(), project)
        expect(again.remoteId).toBe(made.remoteId)
        expect(made).toMatchObject({ name: 'Offers', marker: project.marker, state: 'active', parent: null })
        const { containers } = await own(stage).list(stage.connect())
        expect(containers.filter(({ name }) => name === 'Offers')).toEqual([made])
      }),
    )

    /** One of the innermost kind, in one of the outer kind where there are two. */
    const innermost = async (stage: Stage): Promise<NewContainer> => {
      if (inner === null) return wanted('Deal')
      const { remoteId: parent } = await own(stage).create(stage.connect(), wanted('From'))
      return wanted('Deal', { kind: inner, parent })
    }

    test(
      'are renamed and marked; the rest of them stays',
      staged(service, async (stage) => {
        const given = await innermost(stage)
        const made = await own(stage).create(stage.connect(), given)
        expect(made).toMatchObject({ kind: given.kind, parent: given.parent, marker: given.marker })
        const renamed = await own(stage).update(stage.connect(), made, { name: 'Renamed' })
        expect(renamed).toMatchObject({ name: 'Renamed', marker: given.marker })
        const marked = await own(stage).update(stage.connect(), made, { marker: 'contract/other/general/2' })
        expect(marked).toMatchObject({ name: 'Renamed', marker: 'contract/other/general/2' })
        const { containers } = await own(stage).list(stage.connect())
        expect(containers.filter(({ remoteId }) => remoteId === made.remoteId)).toEqual([marked])
      }),
    )

    test(
      'are moved with all that they are, or refuse to be',
      staged(service, async (stage) => {
        const made = await own(stage).create(stage.connect(), await innermost(stage))
        const target = await own(stage).create(stage.connect(), wanted('To'))
        const move = () => own(stage).move(stage.connect(), made, target.remoteId)
        if (moves) expect(await move()).toEqual({ ...made, parent: target.remoteId })
        else expect((await failureOf(move())).kind).toBe('invalid')
      }),
    )

    test.runIf(moves)(
      'say which tasks lie in them, whether those came along or not',
      staged(service, async (stage) => {
        const given = await innermost(stage)
        const made = await own(stage).create(stage.connect(), given)
        const { remoteId, kind, name, marker } = made
        const container = {
          containerId: randomUUID(),
          remoteId,
          kind,
          key: given.key,
          name,
          marker: marker ?? '',
          link: null,
          parent: null,
        }
        const ids: string[] = []
        for (const title of ['One', 'Two']) {
          const { remoteId } = await stage.write(stage.createOp({ title }, { container }))
          ids.push(present(remoteId, 'the id of a created task'))
        }
        const beside = await stage.make({ title: 'Elsewhere' })
        const to = await own(stage).create(stage.connect(), wanted('To'))
        const within = async () => {
          const { observations } = await present(own(stage).tasks, 'tasks')(stage.connect(), made)
          return observations.flatMap((one) => (one.kind === 'present' ? [one] : []))
        }
        expect((await within()).map(({ remoteId }) => remoteId).sort()).toEqual([...ids].sort())
        await own(stage).move(stage.connect(), made, to.remoteId)
        const there = (await within()).map(({ remoteId }) => remoteId)
        for (const id of ids.filter((one) => !there.includes(one)))
          await stage.write(stage.moveOp(id, await stage.look(id), container))
        const all = await within()
        expect(all.map(({ remoteId }) => remoteId).sort()).toEqual([...ids].sort())
        if (inner !== null)
          for (const { seen } of all)
            expect([seen.container, seen.task.list]).toEqual([made.remoteId, to.remoteId])
        expect((await stage.look(beside)).container).not.toBe(made.remoteId)
      }),
    )

    test(
      'are archived and brought back, or refuse to be',
      staged(service, async (stage) => {
        const made = await own(stage).create(stage.connect(), await innermost(stage))
        const archive = (archived: boolean) => own(stage).archive(stage.connect(), made, archived)
        const listed = async () =>
          (await own(stage).list(stage.connect())).containers.map(({ remoteId }) => remoteId)
        if (archives) {
          expect((await archive(true)).state).toBe('archived')
          expect(await listed()).not.toContain(made.remoteId)
          expect((await archive(false)).state).toBe('active')
        } else expect((await failureOf(archive(true))).kind).toBe('invalid')
        expect(await listed()).toContain(made.remoteId)
      }),
    )

    test(
      'lose our marker, and are removed only when nothing is in them',
      staged(service, async (stage) => {
        const made = await own(stage).create(stage.connect(), await innermost(stage))
        expect(await own(stage).update(stage.connect(), made, { marker: null })).toEqual({
          ...made,
          marker: null,
        })
        const remove = () => own(stage).removeEmpty(stage.connect(), made)
        const home = outer === made.kind ? made.remoteId : null
        if (home !== null) {
          const container = {
            containerId: randomUUID(),
            remoteId: home,
            kind: made.kind,
            key: randomUUID(),
            name: 'x',
            marker: '',
            link: null,
            parent: null,
          }
          const { remoteId } = await stage.write(stage.createOp({ title: 'One' }, { container }))
          expect(await remove()).toBe(false)
          await stage.write(stage.deleteOp(remoteId ?? ''))
        }
        stage.world.weather.on('reply-lost')
        await attempt(remove())
        stage.world.weather.clear()
        expect(await remove()).toBe(true)
        const { containers } = await own(stage).list(stage.connect())
        expect(containers.map(({ remoteId }) => remoteId)).not.toContain(made.remoteId)
      }),
    )

    test(
      'that are no more are gone, and a lost answer leaves a change open',
      staged(service, async (stage) => {
        const made = await own(stage).create(stage.connect(), wanted('Offers'))
        const never = { ...made, remoteId: made.remoteId.replace(/.$/, (last) => (last === 'X' ? 'Y' : 'X')) }
        const failure = await failureOf(own(stage).update(stage.connect(), never, { name: 'x' }))
        expect(['gone', 'invalid']).toContain(failure.kind)
        stage.world.weather.on('reply-lost')
        const lost = await failureOf(own(stage).update(stage.connect(), made, { name: 'New' }))
        expect(lost.kind).toBe('ambiguous-write')
        expect((await own(stage).update(stage.connect(), made, { name: 'New' })).name).toBe('New')
      }),
    )
  })
}
