import { describe, expect, it } from 'vitest'
import { policy } from '../../test/core/rules.ts'
import { sideNames } from '../../test/starter/side-names.ts'
import type { WouldEnd } from '../activities/mass-change.ts'
import type { Resumed } from '../activities/route-state.ts'
import { resumedLines as linesOf } from './resumed-lines.ts'

const resumedLines = (given: Resumed, once: boolean) => linesOf(given, once, sideNames('CalDAV', 'Todoist'))

const ending = (n: number, how: WouldEnd['how']): WouldEnd => ({
  pairId: String(n),
  how,
  side: how === 'unlink' ? null : 'left',
  title: `Task ${n}`,
})

const resumed = (endings: readonly WouldEnd[], counted: number, changed: boolean): Resumed => ({
  route: {
    id: '1',
    name: 'main',
    leftId: '1',
    rightId: '2',
    policy: policy({}),
    state: changed ? 'active' : 'stopped',
    filledAt: null,
  },
  changed,
  stop: { endings, known: new Set(), counted, limit: 50 },
})

const sixty = Array.from({ length: 60 }, (_, n) => ending(n, 'unlink'))

describe('a stopped route', () => {
  it('says how many of those that count have ended already', () => {
    expect(resumedLines(resumed(sixty, 61, false), false)[0]).toBe(
      'Route main stays stopped: 61 tasks would have ended within ten minutes (1 of them has already), 50 may.',
    )
    expect(resumedLines(resumed(sixty, 60, false), false)[0]).not.toContain('already')
  })

  it('that goes on says what to do if that was a mistake', () => {
    const letGo = resumedLines(resumed(sixty, 60, true), true).join('\n')
    expect(letGo).toContain('relink --since 1h')
    expect(letGo).not.toContain('undo --since')
    const deleted = resumedLines(resumed([ending(1, 'delete')], 60, true), true).join('\n')
    expect(deleted).toContain('undo --since 1h')
    expect(deleted).toContain('1 × delete in CalDAV')
    expect(deleted).not.toContain('relink --since')
  })
})
