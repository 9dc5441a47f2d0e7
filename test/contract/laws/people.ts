import { describe, expect, test } from 'vitest'
import { present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import type { Service } from '../world.ts'

/** To whom tasks belong (I15). */
export function peopleLaws(service: Service): void {
  if (!service.declares.capabilities.needsPerson) return

  describe('people', () => {
    const peopleOf = (stage: Stage, query: Parameters<NonNullable<Stage['provider']['people']>>[1]) =>
      present(stage.provider.people, 'people, where tasks belong to them')(stage.connect(), query)

    test(
      'that this key sees are found by their ids and full names, and others are nobody',
      staged(service, async (stage) => {
        const person = present(stage.world.person, 'the person of a world whose tasks belong to people')
        const [found] = await peopleOf(stage, { ids: [person] })
        expect(found).toMatchObject({ remoteId: person, name: expect.stringMatching(/./) })
        expect(await peopleOf(stage, { name: 'Nobody Of That Name' })).toEqual([])
        const task = await stage.look(await stage.make())
        expect(task.person).toBe(person)
      }),
    )

    test(
      'are needed: a task for nobody is refused, and nothing is made',
      staged(service, async (stage) => {
        const { steps } = await stage.write(stage.createOp({}, { person: null }))
        expect(steps[0]).toMatchObject({ outcome: 'refused', error: { kind: 'invalid' } })
        expect(await stage.user.tasks()).toEqual([])
      }),
    )
  })
}
