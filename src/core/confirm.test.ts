import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import { EXACT, LOSSY, policy } from '../../test/core/rules.ts'
import { beforeResumed, confirmFields, resumeWrite, type WrittenOp } from './confirm.ts'
import { floating } from './due.ts'
import type { Base } from './merge-types.ts'
import { BLANK_TASK, type CanonicalTask, type Field } from './task.ts'

const before: CanonicalTask = { ...BLANK_TASK, title: 'Old', notes: 'Old notes' }
const op = (given: Partial<WrittenOp> = {}): WrittenOp => ({
  side: 'right',
  after: { title: 'New' },
  sources: { title: 'New' },
  verb: 'update',
  base: { left: {}, right: {} },
  before: remoteTask(before),
  ...given,
})

const confirm = (
  written: WrittenOp,
  shown: CanonicalTask | null,
  fields: Field[] = ['title'],
  rules = EXACT,
  base: Base = { left: {}, right: {} },
  answered: Field[] = [],
) =>
  confirmFields(
    written,
    fields,
    shown === null ? null : remoteTask(shown),
    rules,
    policy(),
    base,
    new Set(answered),
  )

const NO_MOVE = { left: {}, right: {} }

describe('a written field', () => {
  it('that is shown as wanted moves the base on both sides', () => {
    expect(confirm(op(), { ...before, title: 'New' })).toEqual({
      move: { left: { title: 'New' }, right: { title: 'New' } },
      ignored: [],
    })
  })

  it('moves the base to what each side holds, not to what was sent', () => {
    const written = op({
      side: 'left',
      after: { title: 'Call Tom about it', due: floating('2027-01-04T09:00') },
      sources: { title: 'Call Tom about it', due: floating('2027-01-04T09:00') },
    })
    const shown = {
      ...before,
      title: 'Call Tom',
      due: { kind: 'fixed', at: '2027-01-04T14:00:00Z', zone: null },
    } as const
    expect(confirm(written, shown, ['title', 'due'], LOSSY).move).toEqual({
      left: { title: 'Call Tom', due: shown.due },
      right: written.sources,
    })
  })

  it('that is still shown as it was is ignored, and moves nothing', () => {
    expect(confirm(op(), before)).toEqual({ move: NO_MOVE, ignored: ['title'] })
  })

  it('that is shown with a third value is neither', () => {
    expect(confirm(op(), { ...before, title: 'Third' })).toEqual({ move: NO_MOVE, ignored: [] })
  })

  it('of a new task cannot have been ignored', () => {
    expect(confirm(op({ before: null }), { ...BLANK_TASK, title: 'Other' })).toEqual({
      move: NO_MOVE,
      ignored: [],
    })
  })

  it('moves nothing when the service shows nothing', () => {
    expect(confirm(op(), null)).toEqual({ move: NO_MOVE, ignored: [] })
  })

  it('that was left out of a new task is as it is on both sides', () => {
    const made = op({
      verb: 'create',
      before: null,
      after: { title: 'New' },
      sources: { title: 'New', priority: 1 },
    })
    expect(confirm(made, { ...before, title: 'New' }).move).toEqual({
      left: { title: 'New', priority: 1 },
      right: { title: 'New', priority: null },
    })
    // Its own answer tells what the service makes of it; a later look may show somebody's edit.
    const shown = { ...before, title: 'New', priority: 2 } as const
    const answered = confirm(made, shown, ['title'], EXACT, { left: {}, right: {} }, ['title'])
    expect(answered.move.right).toEqual({ title: 'New', priority: 2 })
    expect(confirm(made, shown).move.right).toEqual({ title: 'New', priority: null })
  })

  it('that was left out of a new task which nobody has shown yet is blank there', () => {
    const made = op({
      verb: 'create',
      before: null,
      after: { title: 'New' },
      sources: { title: 'New', priority: 1 },
    })
    expect(confirm(made, null).move).toEqual({ left: { priority: 1 }, right: { priority: null } })
  })

  it('moves nothing unless its call was confirmed, and it comes from the other side', () => {
    const both = op({ after: { title: 'New', notes: 'New notes' }, sources: { title: 'New' } })
    const shown = { ...before, title: 'New', notes: 'New notes' }
    expect(confirm(both, shown, ['title', 'notes']).move.right).toEqual({ title: 'New' })
    expect(confirm(both, shown, ['notes']).move).toEqual(NO_MOVE)
  })
})

describe('an earlier attempt, after a fresh look at its target', () => {
  const written = op({ after: { title: 'New', notes: 'New notes' } })
  const resume = (title: string, notes: string, given: WrittenOp = written) =>
    resumeWrite(given, remoteTask({ ...before, title, notes }), EXACT, policy())

  it.each([
    ['done', 'New', 'New notes'],
    ['send', 'Old', 'Old notes'],
    ['send', 'New', 'Old notes'],
    ['overtaken', 'Third', 'Old notes'],
    ['overtaken', 'New', 'Third'],
  ] as const)('is %s when the target shows %s and %s', (wanted, title, notes) => {
    expect(resume(title, notes)).toBe(wanted)
  })

  it('is done when the target shows it as far as it can store it', () => {
    const cut = op({ after: { title: 'Call Tom about it' } })
    expect(resumeWrite(cut, remoteTask({ ...before, title: 'Call Tom' }), LOSSY, policy())).toBe('done')
  })

  it('that knew nothing of the target is overtaken by whatever is there', () => {
    expect(resume('Old', 'Old notes', op({ before: null }))).toBe('overtaken')
  })

  it('is not overtaken by changes of other fields', () => {
    expect(resumeWrite(written, remoteTask({ ...before, priority: 1 }), EXACT, policy())).toBe('send')
  })
  it('that is sent again still knows what the part that arrived has replaced, and how the rest is now', () => {
    const halfway = remoteTask({ ...before, title: 'New', priority: 1 })
    const half = op({ after: { title: 'New', due: null }, before: remoteTask(before) })
    expect(beforeResumed(half, halfway).task).toEqual({ ...before, priority: 1 })
    expect(beforeResumed(op({ before: null }), halfway)).toBe(halfway)
  })
})
