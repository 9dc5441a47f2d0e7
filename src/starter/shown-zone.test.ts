import { expect, it } from 'vitest'
import { fixed } from '../core/due.ts'
import { inZone } from './shown-zone.ts'
import { valueWords as wordsOf } from './task-words.ts'

const valueWords = (field: string, value: unknown, zone: string) => wordsOf(field, value, zone, (id) => id)

it('says of which zone times are, where it is not the one of this machine', () => {
  const lines = ['due 2026-12-24 15:30']
  expect(inZone(lines, 'America/New_York', 'UTC')).toEqual(['Times are those of America/New_York.', ...lines])
  expect(inZone(lines, 'UTC', 'UTC')).toEqual(lines)
  expect(inZone(['due 2026-12-24'], 'America/New_York', 'UTC')).toEqual(['due 2026-12-24'])
})

it('a time with and without a zone of its own reads the same on both sides', () => {
  const [there, here] = [
    fixed('2026-12-24T20:30:00Z', null),
    fixed('2026-12-24T20:30:00Z', 'America/New_York'),
  ]
  for (const due of [there, here]) expect(valueWords('due', due, 'America/New_York')).toBe('2026-12-24 15:30')
})

it('a title that is cut keeps its quotation marks', () => {
  expect(valueWords('title', 'a'.repeat(70), 'UTC')).toBe(`“${'a'.repeat(59)}…”`)
  expect(valueWords('title', '', 'UTC')).toBe('“”')
})

it('a repetition is told in its own words', () => {
  expect(valueWords('recurrence', { text: 'every monday', language: 'en' }, 'UTC')).toBe('every monday')
})
