import { expect, test } from 'vitest'
import type { Stage } from './deal.ts'
import { unknownStages } from './unknown-stages.ts'

const stage = (id: string): Stage => ({
  id,
  name: `Stage ${id}`,
  pipeline: '1',
  pipelineName: 'Buyers',
  place: 0,
  closed: false,
})
const STAGES = ['11', '12'].map(stage)
const [NEW, NAMED] = [stage('13'), stage('14')]
const stages = { '14': { kind: 'none' } } as const

test('a stage that is new and not named is told of, once, and only where others lie in General', () => {
  const after = [...STAGES, NEW, NAMED]
  expect(unknownStages({ stages, others: 'general' }, STAGES, after)).toEqual([NEW])
  expect(unknownStages({ stages, others: 'general' }, after, after)).toEqual([])
  expect(unknownStages({ stages, others: 'general' }, [], after)).toEqual([])
  expect(unknownStages({ stages, others: 'create' }, STAGES, after)).toEqual([])
})
