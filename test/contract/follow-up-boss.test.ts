import { describe, expect, test } from 'vitest'
import { plusMs } from '../../src/core/db-time.ts'
import { describeProvider } from '../provider-contract.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { followUpBoss } from './follow-up-boss.ts'
import { staged } from './stage.ts'
import { ONE } from './tasks.ts'

for (const bundle of BUNDLES)
  describeProvider(
    followUpBoss(`Follow Up Boss, open questions as ${bundle}`, settingsOf(bundle).followUpBoss),
  )

describe.each(['no-id', 'empty'])('Follow Up Boss, answering a create with %s', (postAnswer) => {
  const service = followUpBoss('Follow Up Boss', { postAnswer })

  test(
    'leaves it open, and the task is found by a search',
    staged(service, async (stage) => {
      const op = stage.createOp(ONE)
      const attemptedAt = stage.time.stamp()
      expect((await stage.send(op)).steps).toMatchObject([{ name: 'create', outcome: 'unknown' }])
      const settledAt = plusMs(attemptedAt, 90_000)
      const lost = {
        op,
        attemptedAt,
        deadline: attemptedAt,
        settledAt,
        emptyAt: null,
        known: new Set<string>(),
      }
      const found = await stage.provider.findCreated(stage.connect(), lost)
      expect(found).toMatchObject({ kind: 'arrived', now: { task: { title: ONE.title } } })
    }),
  )
})
