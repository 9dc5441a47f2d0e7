import { describe, expect, test } from 'vitest'
import { callsOf } from '../calls.ts'
import { failureOf } from '../expecting.ts'
import { severalOf } from '../sizes.ts'
import { staged } from '../stage.ts'
import type { Service } from '../world.ts'

/** A key that is refused stops everything, and does no harm (L2, L4). */
export function accessLaws(service: Service): void {
  const calls = callsOf(service)

  describe('access', () => {
    test(
      'check says who the key is, the same every time',
      staged(service, async (stage) => {
        const { facts } = stage
        expect(facts.accountId).not.toBe('')
        expect(facts.userId).not.toBe('')
        const again = await stage.provider.check(stage.connect())
        expect([again.accountId, again.userId, again.zone]).toEqual([
          facts.accountId,
          facts.userId,
          facts.zone,
        ])
      }),
    )

    test.each(calls)(
      '%s with a refused key fails as auth, and works again with a good one',
      async (_name, prepare) => {
        await staged(service, async (stage) => {
          const call = await prepare(stage)
          const before = await stage.user.tasks()
          await stage.world.access.revoke()
          const failure = await failureOf(call(stage.connect()))
          expect(failure.kind).toBe('auth')
          expect(failure.message).not.toBe('')
          await stage.world.access.restore()
          expect((await stage.user.tasks()).length).toBe(before.length)
          await call(stage.connect())
        })()
      },
    )

    test.each(calls)('%s with no key at all fails as auth', async (_name, prepare) => {
      await staged(service, async (stage) => {
        const call = await prepare(stage)
        await stage.world.access.revoke()
        expect((await failureOf(call(stage.connect({ credentials: {} })))).kind).toBe('auth')
      })()
    })

    test(
      'lost in the middle of a walk fails that walk, which goes on later',
      staged(service, async (stage) => {
        await stage.user.addMany(severalOf(service))
        const first = await stage.pull({})
        await stage.world.access.revoke()
        expect((await failureOf(stage.pull({ position: first.position }))).kind).toBe('auth')
        await stage.world.access.restore()
        expect((await stage.walkAll()).complete).toBe(true)
      }),
    )

    test(
      'by a key of another account is refused where the service tells',
      staged(service, async (stage) => {
        const { swapAccount } = stage.world.access
        if (swapAccount === null) return
        const id = await stage.make()
        await swapAccount()
        for (const call of [
          () => stage.provider.check(stage.connect()),
          () => stage.walkAll(),
          () => stage.provider.read(stage.connect(), [id]),
        ])
          expect((await failureOf(call())).kind).toBe('auth')
      }),
    )
  })
}
