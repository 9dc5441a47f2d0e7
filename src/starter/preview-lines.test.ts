import { describe, expect, it } from 'vitest'
import { sideNames } from '../../test/starter/side-names.ts'
import type { Preview } from '../activities/preview.ts'
import type { RouteLeaves } from '../activities/preview-sides.ts'
import { day, fixed } from '../core/due.ts'
import { previewLines as linesOf } from './preview-lines.ts'
import type { SideNames } from './side-names.ts'

const NAMES: Readonly<Record<string, SideNames>> = {
  main: sideNames('Follow Up Boss', 'Todoist (mine)'),
  office: sideNames('Todoist (mine)', 'CalDAV'),
}
const previewLines = (given: Preview) => linesOf(given, (route) => NAMES[route] ?? sideNames('none', 'none'))

const write = (n: number) => ({
  pair: String(n),
  route: 'main',
  side: 'right' as const,
  verb: 'create' as const,
  title: n === 1 ? `${'🏡'.repeat(70)}` : `Task ${n}`,
  fields: {},
})

const NONE = { left: 0, right: 0 }
const preview = (given: Partial<Preview> = {}): Preview => ({
  writes: [],
  linked: 0,
  ambiguous: [],
  waiting: 0,
  lookups: 0,
  leftOut: NONE,
  outOfScope: NONE,
  resting: [],
  lossy: {},
  routes: [],
  setAside: [],
  firstSync: [],
  ...given,
})

const leaves = (route: string, given: Partial<RouteLeaves>): RouteLeaves => ({
  route,
  leftOut: NONE,
  outOfScope: NONE,
  lossy: {},
  ...given,
})

describe('a preview for a person', () => {
  it('counts, and shows a few', () => {
    const writes = [1, 2, 3, 4, 5, 6, 7].map(write)
    const lines = previewLines(preview({ writes, linked: 2, waiting: 1, lookups: 3 }))
    expect(lines.slice(0, 5)).toEqual([
      '7 writes:',
      '  7 × create in Todoist (mine)',
      '  2 tasks on both sides already would be linked',
      '  3 tasks would be made for the contact that they name, once it is found',
      '  1 task would wait for you',
    ])
    expect(lines.at(-1)).toBe('  … and 2 more (--json shows all)')
    expect(lines).toContain(`  create in Todoist (mine): “${'🏡'.repeat(59)}…”`)
  })

  it('names the task and the fields of an edit', () => {
    const edit = { ...write(2), verb: 'update' as const, fields: { completed: true } }
    const unseen = { ...write(3), verb: 'update' as const, title: null }
    const lines = previewLines(preview({ writes: [edit, unseen] }))
    expect(lines).toContain('  update in Todoist (mine): “Task 2”, completed')
    expect(lines).toContain('  update in Todoist (mine): pair 3, our marker')
  })

  it('of a task without a title says that it has none', () => {
    const lines = previewLines(preview({ writes: [{ ...write(2), title: ' ' }] }))
    expect(lines).toContain('  create in Todoist (mine): a task without a title')
  })

  it('of a first sync tells what is out of scope of its own route alone', () => {
    const routes = [
      leaves('main', { outOfScope: { left: 1, right: 2 } }),
      leaves('office', { outOfScope: { left: 2, right: 5 } }),
    ]
    const told = (given: Partial<Preview>) =>
      previewLines(preview({ routes, ...given })).filter((line) => line.includes('out of scope'))
    expect(told({})).toHaveLength(3)
    expect(told({ firstSync: [{ route: 'main', rule: { kind: 'open' } }] })).toEqual([
      '  1 task in Follow Up Boss out of scope, not touched',
      '  2 tasks in Todoist (mine) out of scope, not touched',
    ])
  })

  it('of nothing says so', () => {
    expect(previewLines(preview())).toEqual(['Nothing would be written.'])
  })

  it('says why nothing is written while a route rests, and how much waits for it', () => {
    const rests = (state: 'paused' | 'stopped', pending: number) =>
      previewLines(preview({ resting: [{ route: 'main', state, pending }] }))
    expect(rests('paused', 3)).toEqual([
      expect.stringMatching(
        /^Route main is paused: nothing is written until it goes on; 3 tasks wait for that; .*route resume main/,
      ),
    ])
    expect(rests('stopped', 1)[0]).toMatch(/^Route main is stopped: .*1 task waits .*route resume main/)
    expect(rests('paused', 0)[0]).toBe('Nothing would be written.')
  })

  it('says what the first sync lets in, what it leaves, and what is none of its business', () => {
    const lines = previewLines(
      preview({
        firstSync: [{ route: 'main', rule: { kind: 'dueSince', days: 30 } }],
        routes: [leaves('main', { leftOut: { left: 12, right: 1 }, outOfScope: { left: 3, right: 40 } })],
      }),
    )
    expect(lines).toEqual([
      'First sync of main: open tasks, without those overdue by more than 30 days (policy dueSince: 30).',
      'Nothing would be written.',
      '  12 tasks in Follow Up Boss stay as they are until edited',
      '  1 task in Todoist (mine) stays as it is until edited',
      '  3 tasks in Follow Up Boss out of scope, not touched',
      '  40 tasks in Todoist (mine) out of scope, not touched',
    ])
    const rule = (kind: 'open' | 'none') =>
      previewLines(preview({ firstSync: [{ route: 'main', rule: { kind } }] }))[0]
    expect(rule('open')).toContain('policy open')
    expect(rule('none')).toContain('policy none')
  })

  it('says what stays on the side that has it', () => {
    const lines = previewLines(
      preview({ routes: [leaves('main', { lossy: { right: { labels: 12, priority: 3, notes: 1 } } })] }),
    )
    expect(lines.at(-1)).toBe(
      '  Stays in Todoist (mine), as Follow Up Boss has no place for it: labels of 12 tasks, priorities of 3 tasks, descriptions of 1 task',
    )
  })

  it('calls each side as its route does, and counts what several routes leave of one account', () => {
    const lines = previewLines(
      preview({
        writes: [write(1), { ...write(2), route: 'office' }],
        routes: [
          leaves('main', { leftOut: { left: 0, right: 2 }, outOfScope: { left: 0, right: 5 } }),
          leaves('office', { leftOut: { left: 3, right: 0 }, outOfScope: { left: 5, right: 0 } }),
        ],
      }),
    )
    expect(lines.slice(1, 5)).toEqual([
      '  1 × create in Todoist (mine)',
      '  1 × create in CalDAV',
      '  5 tasks in Todoist (mine) stay as they are until edited',
      '  5 tasks in Todoist (mine) out of scope, not touched',
    ])
  })

  it('lists what it has to ask, ten at the most', () => {
    const question = (n: number) => ({
      id: String(n),
      pair: String(n),
      route: 'main',
      side: 'left' as const,
      task: { id: `l${n}`, title: 'Call Tom', due: n === 1 ? day('2027-03-05') : null, person: null },
      candidates: [
        { id: 'r1', title: 'Call Tom', due: null, person: null },
        { id: 'r2', title: null, due: fixed('2027-03-05T10:00:00Z', null), person: null },
      ],
    })
    const one = previewLines(preview({ ambiguous: [question(1)] }))
    expect(one.slice(-2)).toEqual([
      '1 task may be one of the other side, or not. Until you say which, it is made nowhere:',
      '  Follow Up Boss l1 “Call Tom”, due 2027-03-05: Todoist (mine) r1, r2',
    ])
    const many = previewLines(preview({ ambiguous: Array.from({ length: 12 }, (_, n) => question(n)) }))
    expect(many).toHaveLength(1 + 1 + 10 + 1)
    expect(many[1]).toMatch(/^12 tasks may each/u)
    expect(many.at(-1)).toBe('  … and 2 more (--json shows all)')
  })
})
