import { expect, it } from 'vitest'
import { EXACT, LOSSY } from '../../test/core/rules.ts'
import { createFollowUpBoss } from '../providers/follow-up-boss/index.ts'
import { createTodoist } from '../providers/todoist/index.ts'
import { day, fixed, floating } from './due.ts'
import { lostFields } from './loss.ts'
import type { SideRules } from './policy.ts'
import { BLANK_TASK, type CanonicalTask } from './task.ts'

const ZONE = 'America/New_York'
const rulesOf = ({ capabilities, keep }: ReturnType<typeof createTodoist>): SideRules => ({
  modes: capabilities.fields,
  keep,
  parentAcrossLists: capabilities.parentAcrossLists,
})
const todoist = rulesOf(createTodoist())
const fub = rulesOf(createFollowUpBoss())
const task = (given: Partial<CanonicalTask>): CanonicalTask => ({ ...BLANK_TASK, title: 'Call', ...given })

it.each([
  [{}, []],
  [{ notes: 'Gate code 12', priority: 1, labels: ['mine'] } as const, ['notes', 'priority', 'labels']],
  [{ priority: 4 } as const, []],
  [{ due: floating('2027-01-04T09:00') }, []],
  [{ due: fixed('2027-01-04T09:00:00Z', 'Europe/Berlin') }, []],
  [{ title: 'x'.repeat(300), type: 'Paperwork' } as const, ['title', 'type']],
  [{ completed: true, assignee: 'a@example.com' }, []],
])('of %j Follow Up Boss has no place for %j', (given, lost) => {
  expect(lostFields(task(given), todoist, fub, ZONE)).toEqual(lost)
})

it('Todoist has a place for all that Follow Up Boss holds', () => {
  const full = task({ due: fixed('2027-01-04T09:00:00Z', null), type: 'Open House' })
  expect(lostFields(full, fub, todoist, ZONE)).toEqual([])
})

it('a time of day is lost where only days are kept', () => {
  const days: SideRules = {
    ...EXACT,
    keep: (field, value) => (field === 'due' && value !== null ? (day('2027-01-04') as typeof value) : value),
  }
  expect(lostFields(task({ due: floating('2027-01-04T09:00') }), EXACT, days, ZONE)).toEqual(['due'])
  expect(lostFields(task({ due: day('2027-01-04') }), EXACT, days, ZONE)).toEqual([])
})

it('what the side itself does not hold is not lost', () => {
  expect(lostFields(task({ notes: 'x', labels: ['y'] }), LOSSY, EXACT, ZONE)).toEqual([])
})
