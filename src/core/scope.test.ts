import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import type { RemoteTask } from './observation.ts'
import { outsideScope, parentsInScope, type SideScope } from './scope.ts'
import { writeTestTitle } from './write-test.ts'

type Place = { readonly list?: string | null; readonly parent?: string }

const seen = ({ list = null, parent, ...given }: Partial<RemoteTask> & Place = {}): RemoteTask =>
  remoteTask({ list, parent: parent ?? null }, given)

const scope = (given: Partial<SideScope> = {}): SideScope => ({
  containers: null,
  lostContainers: new Set(),
  setAside: new Map(),
  byLabel: true,
  needsPerson: false,
  assignees: 'own',
  userId: 'me',
  ...given,
})

const inScope = (task: RemoteTask, where: SideScope, underPair = false) =>
  outsideScope({ remoteId: 't', seen: task }, where, underPair) === null

describe('a task is the business of a route', () => {
  it.each([
    ['in its section', { container: 's1', list: 'other' }, true],
    ['in its project', { container: 'other', list: 'p1' }, true],
    ['elsewhere', { container: 'other', list: 'other' }, false],
    ['nowhere', { container: null, list: null }, false],
  ])('%s', (_where, given, wanted) => {
    expect(inScope(seen(given), scope({ containers: new Set(['s1', 'p1']) }))).toBe(wanted)
  })

  it('never, when an operator tries out the account by it, whatever else is said of it', () => {
    const id = '0d3d9a2e-7c1b-4a6e-9a0e-1f2f3f4f5f6f'
    const titled = (title: string) => remoteTask({ title }, { flags: ['crm'], container: 'p1' })
    const ours = scope({ containers: new Set(['p1']) })
    for (const title of [writeTestTitle(id), writeTestTitle(id, true)])
      expect(inScope(titled(title), ours, true)).toBe(false)
    for (const title of [
      'Dealbridge write test',
      `About ${writeTestTitle(id)}`,
      `${writeTestTitle(id)} again`,
    ])
      expect(inScope(titled(title), ours)).toBe(true)
  })

  it('elsewhere, when its user gave it the label crm, or its parent is one', () => {
    const ours = scope({ containers: new Set(['p1']) })
    expect(inScope(seen({ container: 'other', flags: ['crm'] }), ours)).toBe(true)
    expect(inScope(seen({ container: 'other' }), ours, true)).toBe(true)
  })

  it('not in a project that its route has taken, as long as it lies there as it did', () => {
    const mine = scope({ containers: new Set(['p1', 'p2', 's1']), setAside: new Map([['t', 'p1']]) })
    expect(inScope(seen({ container: 'p1', list: 'p1' }), mine)).toBe(false)
    expect(inScope(seen({ container: 'own-section', list: 'p1' }), mine)).toBe(false)
    expect(inScope(seen({ container: 's1', list: 'p1' }), mine)).toBe(true)
    expect(inScope(seen({ container: 'p2', list: 'p2' }), mine)).toBe(true)
    expect(inScope(seen({ container: 'p1', list: 'p1', flags: ['crm'] }), mine)).toBe(true)
    expect(inScope(seen({ container: 'p1', list: 'p1' }), mine, true)).toBe(true)
    const other = { remoteId: 'other', seen: seen({ container: 'p1', list: 'p1' }) }
    expect(outsideScope(other, mine, false)).toBe(null)
  })

  it('under a parent that comes along, however deep', () => {
    const ours = scope({ containers: new Set(['p1']) })
    const tasks = [
      { remoteId: 'c', seen: seen({ container: 'other', parent: 'b' }) },
      { remoteId: 'b', seen: seen({ container: 'other', parent: 'a' }) },
      { remoteId: 'a', seen: seen({ container: 'other', flags: ['crm'] }) },
      { remoteId: 'd', seen: seen({ container: 'other' }) },
    ]
    expect([...parentsInScope(tasks, ours, new Set())].sort()).toEqual(['a', 'b', 'c'])
    expect([...parentsInScope(tasks.slice(0, 2), ours, new Set(['a']))].sort()).toEqual(['a', 'b', 'c'])
  })

  it('not with the label no-sync, wherever it lies', () => {
    const ours = scope({ containers: new Set(['p1']) })
    expect(
      outsideScope({ remoteId: 't', seen: seen({ container: 'p1', flags: ['crm', 'no-sync'] }) }, ours, true),
    ).toBe('no-sync')
    expect(outsideScope({ remoteId: 't', seen: seen({ container: 'other' }) }, ours, false)).toBe(
      'out-of-scope',
    )
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
    [{ only: ['agent'], unassigned: false }, 'agent', true],
    [{ only: ['agent'], unassigned: false }, 'me', false],
    [{ only: ['agent'], unassigned: false }, null, false],
    [{ only: ['agent'], unassigned: true }, null, true],
  ] as const)('that takes tasks of %o, when it is assigned to %s: %s', (assignees, assignedTo, wanted) => {
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
