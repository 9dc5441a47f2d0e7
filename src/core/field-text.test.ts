import { describe, expect, it } from 'vitest'
import { fieldText, readFieldText } from './field-text.ts'
import type { Field } from './task.ts'

const ZONE = 'America/Denver'
const read = (field: Field, text: string) => readFieldText(field, text, ZONE)

describe('what a person types for a field', () => {
  it.each<[Field, string, unknown]>([
    ['title', '  Call   Dana ', 'Call Dana'],
    ['notes', 'One\r\nTwo ', 'One\nTwo'],
    ['due', '2026-12-01', { kind: 'day', day: '2026-12-01' }],
    ['due', '2026-12-01 15:30', { kind: 'fixed', at: '2026-12-01T22:30:00Z', zone: ZONE }],
    ['due', 'none', null],
    ['priority', '2', 2],
    ['priority', 'none', null],
    ['labels', 'b, a,,b', ['a', 'b']],
    ['labels', 'none', []],
    ['type', 'open house', 'Open House'],
    ['completed', 'Yes', true],
    ['completed', 'no', false],
    ['assignee', 'Ann@Example.com', 'ann@example.com'],
  ])('is read as its value: %s %s', (field, text, value) => {
    expect(read(field, text)).toEqual({ value })
  })

  it.each<[Field, string, RegExp]>([
    ['title', ' ', /at least one letter/],
    ['due', 'tomorrow', /2026-12-01 15:30.*none/],
    ['due', '2027-02-29', /a day.*there is no 2027-02-29/],
    ['due', '2026-12-01 25:00', /a day and time in America\/Denver/],
    ['priority', '5', /1 .* to 4/],
    ['type', 'Shopping', /Follow Up, Call/],
    ['completed', 'maybe', /yes or no/],
    ['recurrence', 'every day', /where it is kept/],
  ])('is refused with what is allowed: %s %s', (field, text, allowed) => {
    expect(read(field, text)).toEqual({ allowed: expect.stringMatching(allowed) })
  })
})

describe('a value for a person', () => {
  it.each<[Field, unknown, string]>([
    ['title', 'Call Dana', '“Call Dana”'],
    ['due', { kind: 'floating', day: '2026-12-01', time: '15:30:00' }, '2026-12-01 15:30'],
    ['due', { kind: 'fixed', at: '2026-12-01T22:30:00Z', zone: null }, '2026-12-01 15:30'],
    [
      'due',
      { kind: 'fixed', at: '2026-12-01T22:30:00Z', zone: 'Europe/Berlin' },
      '2026-12-01 23:30 (Europe/Berlin)',
    ],
    ['recurrence', { text: 'every day', language: 'en' }, 'every day'],
  ])('%s %j is %s', (field, value, text) => {
    expect(fieldText(field, value, ZONE)).toBe(text)
  })

  it.each<[Field, string]>([
    ['due', '2026-12-01'],
    ['due', '2026-12-01 15:30'],
    ['due', 'none'],
    ['priority', '3'],
    ['labels', 'a, b'],
    ['labels', 'none'],
    ['type', 'Thank You'],
    ['completed', 'no'],
  ])('can be typed again: %s %s', (field, text) => {
    const reading = read(field, text)
    expect('value' in reading && fieldText(field, reading.value, ZONE)).toBe(text)
  })
})
