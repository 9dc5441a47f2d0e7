import ICAL from 'ical.js'

/** What of a task both programs keep in step, as text. UIDs are not compared: Dealbridge gives its copy one of its own. */
export type TaskFields = {
  readonly title: string
  readonly notes: string
  readonly due: string
  readonly priority: string
  readonly labels: string
  readonly status: string
}

export function titleOf(nth: number): string {
  return `Task ${nth}`
}

/** A calendar with this many tasks, some with notes, a day, a time, a priority, labels. */
export function calendarText(size: number): string {
  return [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Bench//User//EN',
    ...Array.from({ length: size }, (_, nth) => taskLines(nth)).flat(),
    'END:VCALENDAR',
    '',
  ].join('\r\n')
}

function taskLines(nth: number): string[] {
  const day = `202701${String((nth % 28) + 1).padStart(2, '0')}`
  return [
    'BEGIN:VTODO',
    `UID:bench-task-${String(nth).padStart(6, '0')}`,
    'DTSTAMP:20261101T090000Z',
    'CREATED:20261101T090000Z',
    'LAST-MODIFIED:20261101T090000Z',
    `SUMMARY:${titleOf(nth)}`,
    ...(nth % 2 === 0 ? [`DESCRIPTION:What there is to say of ${nth}.\\nIn two lines.`] : []),
    ...(nth % 3 === 0 ? [`DUE;VALUE=DATE:${day}`] : nth % 3 === 1 ? [`DUE:${day}T150000Z`] : []),
    ...(nth % 4 === 0 ? ['PRIORITY:1'] : nth % 4 === 1 ? ['PRIORITY:5'] : []),
    ...(nth % 5 === 0 ? ['CATEGORIES:errand,home'] : []),
    'STATUS:NEEDS-ACTION',
    'END:VTODO',
  ]
}

/** The tasks of a calendar. */
export function readTasks(text: string): TaskFields[] {
  const calendar = new ICAL.Component(ICAL.parse(text))
  return calendar.getAllSubcomponents('vtodo').map((task) => {
    const one = (name: string) => String(task.getFirstPropertyValue(name) ?? '')
    const labels = task.getAllProperties('categories').flatMap((property) => property.getValues())
    const priority = one('priority')
    return {
      title: one('summary'),
      notes: one('description'),
      due: one('due'),
      // 0 is undefined, and a task without a status is open (RFC 5545, 3.8.1.9 and 3.8.1.11).
      priority: priority === '0' ? '' : priority,
      labels: labels.map(String).sort().join(','),
      status: one('status') || 'NEEDS-ACTION',
    }
  })
}
