import { describe, expect, test } from 'vitest'
import { describeProvider } from '../provider-contract.ts'
import { BUNDLES, settingsOf } from '../support/unproven.ts'
import { staged } from './stage.ts'
import { ONE } from './tasks.ts'
import { todoist } from './todoist.ts'

for (const bundle of BUNDLES)
  describeProvider(todoist(`Todoist, open questions as ${bundle}`, settingsOf(bundle).todoist))

describe('Todoist, without the command that completes a task', () => {
  test(
    'refuses to complete, does what comes before it, and says so',
    staged(todoist('Todoist', { itemCloseKnown: false }), async (stage) => {
      const id = await stage.make(ONE)
      const op = stage.updateOp(id, await stage.look(id), { title: 'New', completed: true })
      const { steps } = await stage.write(op)
      expect(steps.map(({ outcome }) => outcome)).toEqual(['confirmed', 'refused'])
      expect((await stage.look(id)).task).toMatchObject({ title: 'New', completed: false })
    }),
  )
})
