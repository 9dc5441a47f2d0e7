import { expect, it } from 'vitest'
import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import type { FieldValues } from '../../core/task.ts'
import { capabilitiesOf } from '../../providers/memory/capabilities.ts'
import { stepsFor } from './steps.ts'

const COMMENT: Partial<Beside> = { comment: { id: null, text: 'x' } }
const FLAGS: Partial<Beside> = { flags: { add: ['needs-person'], remove: [] } }

it.each<[FieldValues, Partial<Beside>, readonly string[]]>([
  [{ title: 'a' }, {}, ['fields']],
  [{ completed: true, title: 'a' }, {}, ['fields', 'completion']],
  [{ completed: true }, {}, ['completion']],
  [{}, {}, ['fields']],
  [{}, FLAGS, ['fields']],
  [{ completed: true }, FLAGS, ['fields', 'completion']],
  [{}, COMMENT, ['comment']],
  [{}, { ...COMMENT, ...FLAGS }, ['fields', 'comment']],
  [{ completed: true }, COMMENT, ['completion', 'comment']],
])('an update of %j with %j beside it is %j', (fields, beside, names) => {
  const steps = stepsFor('update', fields, capabilitiesOf('feed'), { ...NOTHING_BESIDE, ...beside })
  expect(steps.map(({ name }) => name)).toEqual(names)
})

it('says what there is to say before the task is moved, in the same write', () => {
  const beside: Beside = { ...NOTHING_BESIDE, ...FLAGS, ...COMMENT }
  const steps = stepsFor('update', { completed: true }, capabilitiesOf('feed'), beside, true)
  expect(steps.map(({ name }) => name)).toEqual(['fields', 'comment', 'move', 'completion'])
})
