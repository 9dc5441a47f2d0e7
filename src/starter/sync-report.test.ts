import { describe, expect, it } from 'vitest'
import { sideNames } from '../../test/starter/side-names.ts'
import { heldUp } from './held-up.ts'
import { type SyncReport, syncExitCode, syncLines } from './sync-report.ts'

const names = (route: string) => sideNames(`CalDAV (${route})`, 'Todoist')

const nothing = { created: 0, updated: 0, completed: 0, deleted: 0 }
const report = (given: Partial<SyncReport['routes'][number]> = {}, settled = true): SyncReport => ({
  settled,
  routes: [
    {
      route: 'main',
      left: nothing,
      right: nothing,
      linked: 0,
      waiting: 0,
      failed: 0,
      ambiguous: 0,
      ...given,
    },
  ],
  requests: { todoist: { read: 2, write: 1 } },
  seconds: 1.25,
})

describe('a sync', () => {
  it.each([
    [0, report()],
    [1, report({}, false)],
    [3, report({ waiting: 1 })],
    [3, report({ failed: 1 }, false)],
    [3, report({ ambiguous: 1 })],
  ])('exits %i', (code, given) => {
    expect(syncExitCode(given)).toBe(code)
  })

  it('says what kept it from writing, and ends as what waits for a person', () => {
    const held = heldUp({
      routes: [{ route: 'main', state: 'stopped' }],
      connections: [],
    })
    expect(syncExitCode(report({}, false), held)).toBe(3)
    expect(syncLines(report({}, false), names, held)[1]).toBe(
      '  route main is stopped, so nothing of it was written ("npx dealbridge route resume main" shows what it would end)',
    )
  })

  it('says what it did, and leaves out what it did not', () => {
    expect(syncLines(report({ right: { ...nothing, created: 4, deleted: 1 } }), names)).toEqual([
      'Settled after 1.25 s.',
      '  route main: CalDAV (main): unchanged; Todoist: 4 created, 1 deleted',
      '  requests to todoist: 2 to read, 1 to write',
    ])
  })
})
