import { describe, expect, test } from 'vitest'
import { failureOf, present } from '../expecting.ts'
import { staged } from '../stage.ts'
import type { Service } from '../world.ts'

/** Labels with colours, which an account has for itself. */
export function labelLaws(service: Service): void {
  if (service.declares.labels === undefined) return
  const wanted = ['call', 'showing', 'crm'].map((name) => ({ name, color: 'red' }))

  describe('personal labels', () => {
    test(
      'are made once, and those that are there in any letter case are left alone',
      staged(service, async (stage) => {
        const { list, make } = present(stage.provider.labels, 'labels')
        expect(await make(stage.connect(), [{ name: 'Showing', color: 'blue' }])).toEqual(['Showing'])
        expect(await make(stage.connect(), [...wanted, { name: 'CALL', color: 'green' }])).toEqual([
          'call',
          'crm',
        ])
        expect(await make(stage.connect(), wanted)).toEqual([])
        expect([...(await list(stage.connect()))].sort()).toEqual(['Showing', 'call', 'crm'])
      }),
    )

    test(
      'of which the answer is lost are made once, when they are asked for again',
      staged(service, async (stage) => {
        const { list, make } = present(stage.provider.labels, 'labels')
        stage.world.weather.on('reply-lost', { nth: service.wire === 'in-process' ? 1 : 2 })
        expect((await failureOf(make(stage.connect(), wanted))).kind).toBe('ambiguous-write')
        stage.world.weather.clear()
        expect(await make(stage.connect(), wanted)).toEqual([])
        expect([...(await list(stage.connect()))].sort()).toEqual(['call', 'crm', 'showing'])
      }),
    )
  })
}
