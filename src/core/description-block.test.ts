import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinDescription, splitDescription } from './description-block.ts'
import { manyLines } from './normalise.ts'

const MARKER = 'follow-up-boss/task/4066'
const row = fc.oneof(
  fc.constantFrom('', '---', ' --- ', 'dealbridge', 'dealbridge: my notes on it', 'Tom', '- a', '\t', '***'),
  fc.string({ maxLength: 30 }),
)
const notes = fc
  .array(row, { maxLength: 8 })
  .map((rows) => splitDescription(manyLines(rows.join('\n'))).notes)
  .filter((text) => text === manyLines(text))

describe('split', () => {
  it('cuts the block off', () => {
    const text = 'Ask for the key.\n\n---\nTom Baker\ndealbridge: follow-up-boss/task/4066'
    expect(splitDescription(text, ['Tom Baker'])).toEqual({
      notes: 'Ask for the key.',
      marker: MARKER,
      lines: ['Tom Baker'],
    })
  })

  it('moves text typed inside and below above the block', () => {
    const text = 'One\n\n---\nTom Baker\ntyped inside\ndealbridge: follow-up-boss/task/4066\ntyped below'
    expect(splitDescription(text, ['Tom Baker'])).toMatchObject({
      notes: 'One\ntyped inside\ntyped below',
      marker: MARKER,
    })
  })

  it('takes out every copy of the block and believes the last', () => {
    const text = 'a\n\n---\ndealbridge: one\nb\n\n---\ndealbridge: two'
    expect(splitDescription(text)).toEqual({ notes: 'a\nb', marker: 'two', lines: [] })
  })

  it('finds the marker without its fence, in other case and with blanks', () => {
    expect(splitDescription('a\n  Dealbridge:   x/1  ')).toMatchObject({ notes: 'a', marker: 'x/1' })
  })

  it('drops an emptied marker line below the fence, and leaves one elsewhere to the user', () => {
    expect(splitDescription('a\n\n---\ndealbridge:')).toMatchObject({ notes: 'a', marker: null })
    expect(splitDescription('dealbridge:\n- try it')).toMatchObject({ notes: 'dealbridge:\n- try it' })
  })

  it("leaves a user's own rule and words alone", () => {
    const text = 'a\n---\nb\ndealbridge: is what syncs this\n---'
    expect(splitDescription(text)).toEqual({ notes: text, marker: null, lines: [] })
  })

  it('reads back what join wrote', () => {
    fc.assert(
      fc.property(notes, fc.uniqueArray(fc.constantFrom('Tom', 'Deal', 'Link')), (text, lines) => {
        const read = splitDescription(joinDescription(text, lines, MARKER), lines)
        expect(read).toEqual({ notes: text, marker: MARKER, lines })
      }),
    )
  })

  it('loses no word that a user typed anywhere in the description', () => {
    fc.assert(
      fc.property(notes, row, fc.nat(), (text, typed, position) => {
        const rows = joinDescription(text, ['Tom'], MARKER).split('\n')
        rows.splice(position % (rows.length + 1), 0, typed)
        const read = splitDescription(rows.join('\n'), ['Tom']).notes
        for (const word of `${text} ${typed}`.split(/\s+/u))
          if (word !== '---' && word !== 'Tom') expect(read).toContain(word)
      }),
    )
  })

  it('is idempotent', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(row, fc.constantFrom('dealbridge: a', 'dealbridge:'))), (rows) => {
        const once = splitDescription(rows.join('\n')).notes
        expect(splitDescription(once)).toEqual({ notes: once, marker: null, lines: [] })
      }),
    )
  })
})

describe('join', () => {
  it('starts with the block when there are no notes', () => {
    expect(joinDescription('', [], 'x')).toBe('---\ndealbridge: x')
  })

  it('writes no block without a marker', () => {
    expect(joinDescription('a', ['Tom'], null)).toBe('a')
  })

  it("gives up lines, then the block, never the user's text", () => {
    expect(joinDescription('notes', ['first', 'second'], 'x', 30)).toBe('notes\n\n---\nfirst\ndealbridge: x')
    expect(joinDescription('notes', ['first', 'second'], 'x', 29)).toBe('notes\n\n---\ndealbridge: x')
    expect(joinDescription('notes', ['first', 'second'], 'x', 23)).toBe('notes')
    expect(joinDescription('notes', [], 'x', 4)).toBe('notes')
  })

  it('counts code points', () => {
    const emoji = '🏡'.repeat(16_383 - 24)
    expect(joinDescription(emoji, [], 'x')).toContain('dealbridge: x')
  })
})
