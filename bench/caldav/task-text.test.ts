import { expect, test } from 'vitest'
import { calendarText, readTasks } from './task-text.ts'

test('what is written is read back', () => {
  const tasks = readTasks(calendarText(6))
  expect(tasks).toHaveLength(6)
  expect(tasks[0]).toEqual({
    title: 'Task 0',
    notes: 'What there is to say of 0.\nIn two lines.',
    due: '2027-01-01',
    priority: '1',
    labels: 'errand,home',
    status: 'NEEDS-ACTION',
  })
  expect(tasks[1]).toMatchObject({ notes: '', due: '2027-01-02T15:00:00Z', priority: '5', labels: '' })
})

test('a field that is not there is read as what it means', () => {
  const text =
    'BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:a\r\nSUMMARY:A\r\nPRIORITY:0\r\nEND:VTODO\r\nEND:VCALENDAR\r\n'
  expect(readTasks(text)).toEqual([
    { title: 'A', notes: '', due: '', priority: '', labels: '', status: 'NEEDS-ACTION' },
  ])
})
