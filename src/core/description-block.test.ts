import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { joinDescription, ownText, readDescription, splitDescription } from './description-block.ts'
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

describe('read without knowing what we wrote', () => {
  const OURS = ['Tom Baker · 555', '[Open in X](https://x.example/1)']
  const block = ['---', ...OURS, `dealbridge: ${MARKER}`]
  const own = (rows: readonly string[]) => ownText(readDescription(rows.join('\n')), OURS)

  it('gives the lines of the block apart, and what is below it with the notes', () => {
    expect(readDescription(['mine', '', ...block, 'below'].join('\n'))).toEqual({
      notes: 'mine\nbelow',
      marker: MARKER,
      lines: OURS,
    })
  })

  it.each([
    ['no marker line', ['mine', '', '---', ...OURS], 'mine'],
    ['an emptied one', ['mine', '', '---', ...OURS, 'dealbridge:'], 'mine'],
    ['half of one', ['mine', '', '---', ...OURS, 'dealbridge: follow-up-boss /task'], 'mine'],
    ['half of one and text below', ['mine', '---', ...OURS, 'Dealbridge', 'below'], 'mine\nbelow'],
    ['one of our lines left', ['mine', '---', OURS[1] ?? '', 'below'], 'mine\nbelow'],
    ['nothing of ours below the fence', ['mine', '---', 'typed'], 'mine\n---\ntyped'],
    ['our line without its fence', ['mine', OURS[0] ?? ''], `mine\n${OURS[0]}`],
    [
      'text between fence and our line',
      ['mine', '---', 'typed', OURS[0] ?? ''],
      `mine\n---\ntyped\n${OURS[0]}`,
    ],
  ])('tells the own text where a user has left %s', (_what, rows, text) => {
    expect(own(rows)).toBe(text)
  })

  it('takes an intact block for ours only where it lies: the same words above it are the user’s', () => {
    expect(own(['---', OURS[0] ?? '', ...block])).toBe(`---\n${OURS[0]}`)
  })

  it('knows our lines with blanks at their end', () => {
    expect(own(['a', '---', `${OURS[0]}  `, `dealbridge: ${MARKER}`])).toBe('a')
  })

  it('keeps what a user types above, inside and below, through any number of writes, and writes the block once', () => {
    const typed = fc
      .oneof(row, fc.string({ unit: 'binary' }), fc.constantFrom('  two blanks', '> quoted', '日本語 👩‍👩‍👧'))
      .map((text) => manyLines(text.replace(/\n/gu, ' ')))
      .filter((text) => text.trim() !== '' && text.trim() !== '---' && !/^\s*dealbridge\b/iu.test(text))
    const edit = fc.record({
      where: fc.constantFrom('above', 'inside', 'below'),
      at: fc.nat(),
      typed,
      lines: fc.subarray(['Tom Baker · 555', 'Tom Baker · 556', 'Ann', '[Open in X](https://x.example/1)']),
    })
    fc.assert(
      fc.property(notes, fc.array(edit, { minLength: 1, maxLength: 6 }), (begun, edits) => {
        let text = begun
        let lines: readonly string[] = ['Tom Baker · 555']
        for (const one of edits) {
          if (lines.includes(one.typed)) continue
          const above = text === '' ? [] : [...text.split('\n'), '']
          const inside = [...lines]
          if (one.where === 'above') above.unshift(one.typed)
          if (one.where === 'inside') inside.splice(one.at % (inside.length + 1), 0, one.typed)
          const edited = [...above, '---', ...inside, `dealbridge: ${MARKER}`]
          if (one.where === 'below') edited.push(one.typed)
          const expected =
            one.where === 'above'
              ? above.join('\n').trimEnd()
              : [...(text === '' ? [] : [text]), one.typed].join('\n')

          const now = ownText(readDescription(edited.join('\n')), lines)
          expect(now).toBe(expected)
          text = now
          lines = one.lines
          const written = joinDescription(text, lines, MARKER)
          expect(readDescription(written)).toEqual({ notes: text, marker: MARKER, lines })
          expect(written.split('\n').filter((line) => line === `dealbridge: ${MARKER}`)).toHaveLength(1)
        }
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
