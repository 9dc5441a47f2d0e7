import { describe, expect, it } from 'vitest'
import { assigneeOfNew, claimedByBoth, isFor, takesAssignee } from './agents.ts'
import type { AssigneeScope } from './policy.ts'

const who = (assignees: AssigneeScope) => ({ assignees, userId: '1' })
const only = (ids: readonly string[], unassigned = false) => who({ only: ids, unassigned })

describe('whose tasks a route has', () => {
  it.each([
    ['the key’s own user', who('own'), '1', true, true],
    ['the key’s own user', who('own'), '7', false, false],
    ['the key’s own user', who('own'), null, true, true],
    ['anyone', who('anyone'), '7', true, false],
    ['anyone', who('anyone'), null, true, false],
    ['certain agents', only(['7', '8']), '8', true, true],
    ['certain agents', only(['7', '8']), '1', false, false],
    ['certain agents', only(['7']), null, false, false],
    ['certain agents and nobody', only(['7'], true), null, true, true],
  ] as const)(
    'that is for %s (%o), of user %s: %s, and takes them over: %s',
    (_, scope, user, takes, over) => {
      expect(takesAssignee(scope, user)).toBe(takes)
      expect(isFor(scope, user)).toBe(over)
    },
  )

  it('are everybody’s where nobody has users', () => {
    expect(takesAssignee({ assignees: 'own', userId: null }, '7')).toBe(true)
    expect(isFor({ assignees: 'own', userId: null }, '7')).toBe(false)
  })
})

it('a task that a route makes is the first of its agents’', () => {
  expect(assigneeOfNew({ only: ['7', '8'], unassigned: false })).toBe('7')
  expect(assigneeOfNew('own')).toBeNull()
  expect(assigneeOfNew('anyone')).toBeNull()
})

describe('two routes', () => {
  it.each([
    [only(['7']), only(['8']), undefined],
    [only(['7', '8']), only(['8']), '8'],
    [only(['7'], true), only(['8'], true), null],
    [who('own'), only(['7']), undefined],
    [who('own'), only(['1']), '1'],
    [who('own'), only(['7'], true), null],
    [who('anyone'), only(['7'], true), undefined],
  ] as const)('%o and %o both claim %s', (one, other, user) => {
    expect(claimedByBoth(one, other)).toBe(user)
    expect(claimedByBoth(other, one)).toBe(user)
  })
})
