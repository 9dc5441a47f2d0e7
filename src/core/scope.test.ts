import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import type { RemoteTask } from './observation.ts'
import { inScope, type SideScope } from './scope.ts'

const seen = (given: Partial<RemoteTask> = {}): RemoteTask => remoteTask({}, given)

const scope = (given: Partial<SideScope> = {}): SideScope => ({
  containers: null,
  needsPerson: false,
  assignees: 'own',
  userId: 'me',
  ...given,
})

describe('a task is the business of a route', () => {
  it.each([
    ['in its section', { container: 's1', list: 'other' }, true],
    ['in its project', { container: 'other', list: 'p1' }, true],
    ['elsewhere', { container: 'other', list: 'other' }, false],
    ['nowhere', { container: null, list: null }, false],
  ])('%s', (_where, given, wanted) => {
    expect(inScope(seen(given), scope({ containers: new Set(['s1', 'p1']) }))).toBe(wanted)
  })

  it('wherever it lies, on a side without containers', () => {
    expect(inScope(seen({ container: 'anything' }), scope())).toBe(true)
    expect(inScope(seen(), scope({ containers: new Set() }))).toBe(false)
  })

  it.each([
    ['own', 'me', true],
    ['own', null, true],
    ['own', 'somebody', false],
    ['anyone', 'somebody', true],
  ] as const)('that takes tasks of %s, when it is assigned to %s: %s', (assignees, assignedTo, wanted) => {
    expect(inScope(seen({ assignedTo }), scope({ assignees }))).toBe(wanted)
  })

  it('whoever has it, where the user is not known', () => {
    expect(inScope(seen({ assignedTo: 'somebody' }), scope({ userId: null }))).toBe(true)
  })

  it('only with a person, where tasks belong to people', () => {
    expect(inScope(seen(), scope({ needsPerson: true }))).toBe(false)
    expect(inScope(seen({ person: 'p1' }), scope({ needsPerson: true }))).toBe(true)
  })
})
