import { describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import { EXACT, policy } from '../../test/core/rules.ts'
import { confirmFields, resumeWrite, type WrittenOp } from './confirm.ts'
import { day } from './due.ts'

const MONDAY = { title: 'Report', due: day('2026-12-07') }
const MOVED_ON = { ...MONDAY, due: day('2026-12-14') }
const series = (task: typeof MONDAY, completions: number, completed = false) =>
  remoteTask({ ...task, completed }, { recurs: true, completions })

/** The current occurrence of a series with three completions is closed. */
const closing: WrittenOp = {
  verb: 'update',
  side: 'right',
  after: { completed: true },
  sources: { completed: true },
  before: series(MONDAY, 3),
  base: { left: { completed: false }, right: { completed: false } },
}

describe('closing an occurrence', () => {
  it('is done when the series has moved on and counts it, and moves no base: the task is open again', () => {
    expect(confirmFields(closing, ['completed'], series(MOVED_ON, 4), EXACT, policy(), closing.base)).toEqual(
      { move: { left: {}, right: {} }, ignored: [] },
    )
  })

  it('has been ignored when nothing was counted', () => {
    expect(
      confirmFields(closing, ['completed'], series(MONDAY, 3), EXACT, policy(), closing.base).ignored,
    ).toEqual(['completed'])
  })

  it('without an answer is sent again only if nothing was counted, whatever became of the date', () => {
    const resumed = (task: typeof MONDAY, completions: number) =>
      resumeWrite(closing, series(task, completions), EXACT, policy())
    expect(resumed(MOVED_ON, 4)).toBe('done')
    expect(resumed(MONDAY, 4)).toBe('done')
    expect(resumed(MONDAY, 3)).toBe('send')
    expect(resumed(MOVED_ON, 3)).toBe('send')
  })

  it('of the last one completes the series', () => {
    const last = series(MONDAY, 4, true)
    expect(resumeWrite(closing, last, EXACT, policy())).toBe('done')
    expect(confirmFields(closing, ['completed'], last, EXACT, policy(), closing.base).move).toEqual({
      left: { completed: true },
      right: { completed: true },
    })
  })
})
