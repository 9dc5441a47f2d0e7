import { describe, expect, test } from 'vitest'
import type { Deal } from '../../../src/core/deal.ts'
import type { Deals } from '../../../src/providers/contract.ts'
import { present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { type DealDesk, needed, type Service } from '../world.ts'

/** Where tasks belong to people, and people to deals: each is shown, whatever became of it. */
export function dealLaws(service: Service): void {
  if (service.declares.deals === undefined) return

  const deals = (stage: Stage): Deals => present(stage.provider.deals, 'deals, which the provider has')
  const desk = (stage: Stage): DealDesk => needed(stage.world.deals, 'deals', 'deals')
  const read = async (stage: Stage, ...ids: string[]) => {
    const { deals: found, unreadable } = await deals(stage).read(stage.connect(), ids)
    expect(unreadable).toEqual([])
    return found
  }
  const walk = async (stage: Stage) => {
    const all = new Map<string, Deal>()
    let position: string | null = null
    do {
      const page = await deals(stage).list(stage.connect(), position)
      for (const deal of page.deals) all.set(deal.id, deal)
      position = page.position
    } while (position !== null)
    return all
  }
  const add = async (stage: Stage, name: string, people: readonly string[] = []) => {
    const id = await desk(stage).add({ name, stage: desk(stage).stages[0], people })
    await stage.settle()
    return id
  }

  describe('deals', () => {
    test(
      'are listed and read alike, archived and deleted ones too',
      staged(service, async (stage) => {
        const person = present(stage.world.person, 'the person of a world whose people have deals')
        const [one, archived, deleted] = [
          await add(stage, 'Baker: 123 Main St', [person]),
          await add(stage, 'Archived'),
          await add(stage, 'Deleted'),
        ]
        await desk(stage).edit(archived, { status: 'archived' })
        await desk(stage).edit(deleted, { status: 'deleted' })
        const all = await walk(stage)
        expect([one, archived, deleted].map((id) => all.get(id)?.status)).toEqual([
          'active',
          'archived',
          'deleted',
        ])
        expect(all.get(one)).toMatchObject({ name: 'Baker: 123 Main St', people: [{ id: person }] })
        for (const deal of await read(stage, one, archived, deleted)) expect(deal).toEqual(all.get(deal.id))
        expect(await read(stage, one, archived, deleted)).toHaveLength(3)
      }),
    )

    test(
      'say in which stage they are, which is one of those that are told',
      staged(service, async (stage) => {
        const id = await add(stage, 'Moving')
        const [, to] = desk(stage).stages
        await desk(stage).edit(id, { stage: to, name: 'Moved' })
        const [deal] = await read(stage, id)
        expect(deal).toMatchObject({ id, name: 'Moved', stage: to })
        const { stages } = await deals(stage).stages(stage.connect())
        expect(stages.find((one) => one.id === to)?.pipeline).toBe(deal?.pipeline)
        expect(new Set(stages.map((one) => one.id)).size).toBe(stages.length)
        for (const pipeline of new Set(stages.map((one) => one.pipeline))) {
          const places = stages.filter((one) => one.pipeline === pipeline).map(({ place }) => place)
          expect(places).toEqual(places.map((_, nth) => nth))
        }
      }),
    )

    test(
      'that nobody has made are not there',
      staged(service, async (stage) => {
        const id = await add(stage, 'There')
        expect((await read(stage, '987654321', id, 'deal-of-mine')).map((deal) => deal.id)).toEqual([id])
        expect(await read(stage)).toEqual([])
      }),
    )
  })
}
