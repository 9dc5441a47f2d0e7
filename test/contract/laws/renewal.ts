import { describe, expect, test } from 'vitest'
import { failureOf, present } from '../expecting.ts'
import { type Stage, staged } from '../stage.ts'
import { needed, type Service } from '../world.ts'

/** Credentials that end are replaced in time, by one who does it alone. */
export function renewalLaws(service: Service): void {
  if (service.declares.renewal === null) return

  describe('renewal', () => {
    const own = (stage: Stage) => present(stage.provider.renewal, 'renewal')
    const world = (stage: Stage) => needed(stage.world.renewable, 'renewable', 'renewal')

    test(
      'gives credentials that work when the old ones have ended',
      staged(service, async (stage) => {
        const { signIn, expire } = world(stage)
        const credentials = await signIn()
        expect(own(stage).endsAt(credentials)).toBeGreaterThan(stage.time.now())
        await stage.provider.check(stage.connect({ credentials }))
        await expire()
        expect((await failureOf(stage.provider.check(stage.connect({ credentials })))).kind).toBe('auth')
        const renewed = await own(stage).renew(stage.connect({ credentials }))
        expect(own(stage).endsAt(renewed)).toBeGreaterThan(stage.time.now())
        expect((await stage.provider.check(stage.connect({ credentials: renewed }))).userId).toBe(
          stage.facts.userId,
        )
        const once = await own(stage).renew(stage.connect({ credentials: renewed }))
        await stage.provider.check(stage.connect({ credentials: once }))
      }),
    )

    test(
      'whose answer was lost may be asked for again for a while, with the same credentials',
      staged(service, async (stage) => {
        const credentials = await world(stage).signIn()
        stage.world.weather.on('reply-lost')
        expect((await failureOf(own(stage).renew(stage.connect({ credentials })))).kind).toBe(
          'ambiguous-write',
        )
        const renewed = await own(stage).renew(stage.connect({ credentials }))
        await stage.provider.check(stage.connect({ credentials: renewed }))
        await stage.advance(own(stage).repeatMs + 60_000)
        expect((await failureOf(own(stage).renew(stage.connect({ credentials })))).kind).toBe('auth')
      }),
    )

    test(
      'of credentials that do not end is none',
      staged(service, async (stage) => {
        expect(own(stage).endsAt(stage.world.account.credentials)).toBeNull()
      }),
    )
  })
}
