import { describe, expect, it } from 'vitest'
import { painted } from './paint.ts'
import { screenOf } from './screen.ts'
import { type Column, tableLines } from './table.ts'
import { fitted, textWidth } from './text-width.ts'

const PLAIN = { width: null, colours: false }
const COLUMNS: readonly Column[] = [
  { head: 'name' },
  { head: 'n', align: 'right' },
  { head: 'words', shrinks: true },
]

describe('the width of a text', () => {
  it('counts cells, not letters', () => {
    expect(
      ['abc', 'Müller', 'e\u0301', '日本', '📌', '👩‍👩‍👧', '✔️', '🇩🇪', '', 'a\u200bb'].map(textWidth),
    ).toEqual([3, 6, 1, 4, 2, 2, 2, 2, 0, 2])
    expect(textWidth(painted('abc', 'red', { width: null, colours: true }))).toBe(3)
  })

  it('is kept by what is cut, which never cuts a letter in two', () => {
    expect(fitted('short', 5)).toBe('short')
    expect(fitted('a longer text', 8)).toBe('a longe…')
    expect(fitted('日本語の文', 6)).toBe('日本…')
    expect(fitted('👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧', 5)).toBe('👩‍👩‍👧👩‍👩‍👧…')
  })
})

describe('a table', () => {
  const rows = [
    ['日本', '7', `long ${'word '.repeat(10)}`],
    ['b', '1200', 'line\nbreak \u001b[31mred'],
  ]

  it('stands in columns, whole and in single lines where nobody sits at a terminal', () => {
    expect(tableLines(COLUMNS, rows, PLAIN)).toEqual([
      'name     n  words',
      `日本     7  long ${'word '.repeat(10)}`.trimEnd(),
      'b     1200  line break [31mred',
    ])
  })

  it('fits a terminal: columns that may give way end with …', () => {
    const lines = tableLines(COLUMNS, rows, { width: 40, colours: false })
    expect(lines.every((line) => textWidth(line) <= 40)).toBe(true)
    expect(lines[1]).toMatch(/^日本 {5}7 {2}long word .*…$/u)
  })

  it('does not cut to nothing what is wider than any terminal', () => {
    expect(tableLines(COLUMNS, rows, { width: 10, colours: false })[1]).toBe('日本     7  long word w…')
  })

  it('paints cells by what they say, and only where colours are seen', () => {
    const columns: readonly Column[] = [{ head: 'state', paint: (text) => (text === 'bad' ? 'red' : null) }]
    expect(tableLines(columns, [['bad'], ['ok']], { width: 80, colours: true })).toEqual([
      '\u001b[1mstate\u001b[22m',
      '\u001b[31mbad\u001b[39m',
      'ok',
    ])
    expect(tableLines(columns, [['bad']], PLAIN)).toEqual(['state', 'bad'])
  })
})

describe('a screen', () => {
  const terminal = { isTTY: true, columns: 100 }
  it.each([
    [terminal, {}, { width: 100, colours: true }],
    [terminal, { NO_COLOR: '1' }, { width: 100, colours: false }],
    [terminal, { TERM: 'dumb' }, { width: 100, colours: false }],
    [{}, {}, { width: null, colours: false }],
    [{}, { FORCE_COLOR: '1' }, { width: null, colours: true }],
    [{}, { FORCE_COLOR: '0' }, { width: null, colours: false }],
    [{}, { FORCE_COLOR: '1', NO_COLOR: '1' }, { width: null, colours: false }],
    [{ isTTY: true }, { NO_COLOR: '' }, { width: 80, colours: true }],
  ])('%j with %j: %j', (stream, env, screen) => expect(screenOf(stream, env)).toEqual(screen))
})
