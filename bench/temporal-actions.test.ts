import { expect, test } from 'vitest'
import { countActions } from './temporal-actions.ts'

const event = (type: string, at: number, workflow = 'connection') => ({ type, at, workflow })

test('what is billed counts, by workflow, within the time', () => {
  const events = [
    event('TIMER_STARTED', 5),
    event('TIMER_STARTED', 15),
    event('TIMER_FIRED', 16),
    event('WORKFLOW_TASK_COMPLETED', 16),
    event('MARKER_RECORDED', 17),
    event('WORKFLOW_EXECUTION_STARTED', 18, 'task'),
    event('ACTIVITY_TASK_SCHEDULED', 20, 'task'),
  ]
  expect(countActions(events, 10, 20)).toEqual({
    total: 3,
    byWorkflow: { connection: { timers: 1, markers: 1 }, task: { starts: 1 } },
  })
})
