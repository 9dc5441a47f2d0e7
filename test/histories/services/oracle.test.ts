import { describe, expect, it } from 'vitest'
import type { Case } from './case.ts'
import { Doings } from './doings.ts'
import { judge } from './oracle.ts'
import type { FubTask, TodoistItem } from './users.ts'
import { type Field, fubValues } from './values.ts'

const TASK: FubTask = {
  id: 4001,
  name: 'T1 two',
  type: 'Call',
  isCompleted: 0,
  dueDate: null,
  dueDateTime: '2026-12-11T20:15:00Z',
  personId: 5001,
}
const ITEM: TodoistItem = {
  id: 'item1',
  content: 'T1 two',
  description: 'note T1-1 tea\n\n---\ndealbridge: follow-up-boss/task/4001',
  project_id: 'general',
  parent_id: null,
  labels: ['call', 'home'],
  priority: 1,
  checked: false,
  is_deleted: false,
  due: { date: '2026-12-11T15:15:00', timezone: null, string: '', is_recurring: false },
}

/** A task that is in step; its user in Todoist named it `T1 two` and typed a note. */
function inStep(): Case & { doings: Doings } {
  const doings = new Doings()
  doings.made.set('T1', { side: 'left', hasPerson: true, parent: null, copied: false, bornOutside: false })
  const made = { count: 1, side: 'left', remoteId: '4001', token: 'T1' } as const
  for (const [field, value] of Object.entries({ ...fubValues(TASK), title: 'T1 one' }))
    doings.writes.push({ ...made, field: field as Field, value })
  const wrote = { count: 5, side: 'right', remoteId: 'item1', token: 'T1' } as const
  doings.writes.push({ ...wrote, field: 'title', value: 'T1 two', was: 'T1 one' })
  doings.writes.push({ ...wrote, field: 'text', value: 'note T1-1 tea' })
  return {
    doings,
    picture: { left: [TASK], right: [ITEM] },
    kept: { conflicts: [], before: [], questions: [], open: [] },
    exchanges: [],
    avoid: [],
    policy: { conflicts: 'newest', deletes: { left: 'propagate', right: 'unlink' }, fields: {} },
    general: 'general',
  }
}
const NOTHING = { lost: [], doubled: [], unsettled: [], windows: 0, asked: 0 }
const showing = (given: Case, left: Partial<FubTask>, right: Partial<TodoistItem>): Case => ({
  ...given,
  picture: { left: [{ ...TASK, ...left }], right: [{ ...ITEM, ...right }] },
})

describe('the oracle', () => {
  it('finds nothing where nothing is wrong: a floating time is the instant that it is for its user', () => {
    expect(judge(inStep())).toEqual(NOTHING)
  })

  const gone = (): Case & { doings: Doings } => {
    const given = inStep()
    const late = { count: 7, side: 'left', remoteId: '4001', token: 'T1', field: 'title' } as const
    given.doings.writes.push({ ...late, value: 'T1 three', was: 'T1 one' })
    return {
      ...given,
      ...showing(given, { name: 'T1 three' }, { content: 'T1 three' }),
      doings: given.doings,
    }
  }

  it('finds a value that is gone, unless it is the loser of a conflict, or a later user had it before him', () => {
    expect(judge(gone()).lost).toEqual([expect.stringContaining('title "T1 two" of Todoist is gone')])
    const conflict = { token: 'T1', field: 'title', left: 'T1 three', right: 'T1 two' }
    const kept = { conflicts: [conflict], before: [], questions: [], open: [] }
    expect(judge({ ...gone(), kept })).toEqual(NOTHING)
    const policy = { ...gone().policy, conflicts: 'right' } as const
    expect(judge({ ...gone(), kept, policy }).lost).toHaveLength(1)
    const after = gone()
    const [last] = after.doings.writes.splice(-1)
    if (last !== undefined) after.doings.writes.push({ ...last, was: 'T1 two' })
    expect(judge(after)).toEqual(NOTHING)
  })

  it('does not take what a write has replaced for kept, nor a value that only one of its earlier words was', () => {
    const before = { remoteId: 'item1', task: { title: 'T1 two' } }
    expect(
      judge({ ...gone(), kept: { conflicts: [], before: [before], questions: [], open: [] } }).lost,
    ).toHaveLength(1)
    expect(judge(showing(inStep(), { name: 'T1 one' }, { content: 'T1 one' })).lost).toHaveLength(1)
    expect(judge(showing(inStep(), {}, { priority: 4 }))).toEqual(NOTHING)
    const set = inStep()
    const own = { count: 6, side: 'right', remoteId: 'item1', token: 'T1', field: 'priority' } as const
    set.doings.writes.push({ ...own, value: 4, was: 1 })
    expect(judge(set).lost).toEqual([expect.stringContaining('priority 4 of Todoist is gone')])
  })

  it('takes a value that was back before anybody looked for untouched', () => {
    const back = gone()
    const [, , , , two] = back.doings.writes
    if (two !== undefined) back.doings.writes.splice(4, 1, { ...two, value: 'T1 one', was: 'T1 brief' })
    expect(judge(back)).toEqual(NOTHING)
  })

  it('counts an edit between the look and the write of one attempt apart, and no other', () => {
    const lost = gone()
    const asked = {
      worker: 'a',
      began: 1,
      side: 'right',
      method: 'POST',
      path: '/api/v1/sync',
      status: 200,
      answer: '',
      stale: false,
      heard: true,
    } as const
    const write = { ...asked, count: 6, body: '{"id":"item1"}', writes: true }
    const look = { ...asked, body: '', writes: false }
    expect(judge({ ...lost, exchanges: [{ ...look, count: 4 }, write] })).toEqual({ ...NOTHING, windows: 1 })
    expect(judge({ ...lost, exchanges: [write] }).lost).toHaveLength(1)
    const others = { ...look, count: 4, worker: 'b' }
    expect(judge({ ...lost, exchanges: [others, write] })).toEqual({ ...NOTHING, windows: 1 })
    const theirs = { ...others, count: 5.5 }
    expect(judge({ ...lost, exchanges: [theirs, write] }).lost).toHaveLength(1)
    const own = { ...look, count: 4 }
    expect(judge({ ...lost, exchanges: [own, theirs, write] })).toEqual({ ...NOTHING, windows: 1 })
    const later = { ...look, count: 5.5 }
    expect(judge({ ...lost, exchanges: [{ ...look, count: 4 }, later, write] }).lost).toHaveLength(1)
  })

  it('finds two where there must be one, one where there must be two, and one that nobody made', () => {
    const given = inStep()
    const twice = { left: [TASK], right: [ITEM, { ...ITEM, id: 'item2' }] }
    expect(judge({ ...given, picture: twice }).doubled).toEqual(['T1 is 2 times in Todoist'])
    expect(judge({ ...given, picture: { left: [TASK], right: [] } }).lost).toEqual([
      'T1 never came to Todoist',
    ])
    const stranger = { left: [TASK, { ...TASK, id: 4002, name: 'T9 what' }], right: [ITEM] }
    expect(judge({ ...given, picture: stranger }).doubled).toEqual(['nobody made "T9 what"'])
  })

  it('finds sides that differ, text that was lost, and pairs that are left open', () => {
    expect(judge(showing(inStep(), { dueDateTime: '2026-12-11T21:15:00Z' }, {})).unsettled).toHaveLength(1)
    expect(judge(showing(inStep(), { isCompleted: 1 }, {})).unsettled).toHaveLength(1)
    expect(judge(showing(inStep(), {}, { description: 'dealbridge: x' })).lost).toHaveLength(1)
    const given = inStep()
    const open = { tokens: ['T1'], state: 'waiting', reason: 'needs-person', error: null }
    expect(judge({ ...given, kept: { ...given.kept, open: [open] } }).unsettled).toHaveLength(1)
  })

  it('knows what a deletion must do to the other side, by the rule', () => {
    const given = inStep()
    const deleted = { count: 9, token: 'T1', side: 'left', remoteId: '4001', linked: true } as const
    given.doings.deleted.push({ ...deleted, values: fubValues({ ...TASK, name: 'T1 one' }) })
    const left = { ...given, picture: { left: [], right: [ITEM] } }
    expect(judge(left).lost).toEqual(['T1 was deleted in Follow Up Boss and is left behind in Todoist'])
    const rules = { left: 'unlink', right: 'unlink' } as const
    expect(judge({ ...left, policy: { ...given.policy, deletes: rules } })).toEqual(NOTHING)
    const both = { ...given, picture: { left: [], right: [] } }
    expect(judge(both).lost).toEqual([expect.stringContaining('title was edited in Todoist')])
    given.doings.deleted.splice(0, 1, { ...deleted, values: fubValues({ ...TASK, name: 'T1 two' }) })
    expect(judge(both)).toEqual(NOTHING)
  })
})
