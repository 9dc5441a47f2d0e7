import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commentMarker, taskMarker } from './marker.ts'
import { bearsMark, commentNote, isOwnComment, noteFold, taskNote } from './note-text.ts'

const MARK = taskMarker('follow-up-boss', '4066')
const task = { title: 'Call about inspection', due: null, completed: false, notes: '' }
const around = { kept: true, zone: 'America/New_York', mark: MARK }

test('a task is told by title, date, state and its own words', () => {
  const due = { kind: 'fixed', at: '2026-03-05T20:00:00Z', zone: null } as const
  expect(taskNote({ ...task, due, notes: 'Ask for\nthe report' }, around)).toBe(
    'Task: Call about inspection\nDue: 2026-03-05 15:00 (America/New_York)\nState: open\n\nAsk for\nthe report\n\ndealbridge: follow-up-boss/task/4066',
  )
  expect(taskNote({ ...task, due: { kind: 'day', day: '2026-03-05' }, completed: true }, around)).toBe(
    'Task: Call about inspection\nDue: 2026-03-05\nState: done\n\ndealbridge: follow-up-boss/task/4066',
  )
  expect(taskNote(task, { ...around, kept: false })).toContain('State: not kept in step any more')
})

test('a comment is told with the task and its file', () => {
  const mark = commentMarker('todoist', '6XGgmFQrx44wfGHr')
  expect(
    commentNote(
      { text: 'Left voicemail\r\n', file: { name: 'a\nb.pdf', url: 'https://files.example/a.pdf' } },
      { title: 'Call', app: 'Todoist', mark },
    ),
  ).toBe(
    'Comment in Todoist on “Call”:\nLeft voicemail\nFile: a b.pdf https://files.example/a.pdf\n\ndealbridge: todoist/comment/(6XGgmFQrx44wfGHr)',
  )
})

test('the mark stays, however long the words are, and stands for one id alone', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 40_000, unit: 'grapheme' }), fc.integer({ min: 1 }), (notes, id) => {
      const mark = taskMarker('follow-up-boss', String(id))
      const text = taskNote({ ...task, notes }, { ...around, mark })
      expect(bearsMark(text, mark)).toBe(true)
      expect(bearsMark(noteFold(text), mark)).toBe(true)
      expect(Array.from(text).length).toBeLessThanOrEqual(20_000)
    }),
    { numRuns: 30 },
  )
  expect(bearsMark('dealbridge: follow-up-boss/task/40661', MARK)).toBe(false)
  expect(bearsMark('dealbridge: follow-up-boss/task/40661\ndealbridge: follow-up-boss/task/4066', MARK)).toBe(
    true,
  )
})

test('what a service does to the ends of lines is no edit', () => {
  expect(noteFold('a  \r\nb\n\n')).toBe(noteFold('a\nb'))
  expect(noteFold('a\nb')).not.toBe(noteFold('a\nc'))
})

test('our own comments are told from those of users', () => {
  expect(isOwnComment('Dealbridge: the person is known now.')).toBe(true)
  expect(isOwnComment('Ask Dealbridge: what now?')).toBe(false)
})
