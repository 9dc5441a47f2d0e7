import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { notes, row } from '../../test/core/descriptions.ts'
import { joinDescription, readDescription } from './description-block.ts'
import { manyLines } from './normalise.ts'
import { ownText } from './own-text.ts'

const MARKER = 'follow-up-boss/task/4066'
const count = (text: string, letter: string) => text.split(letter).length - 1

describe('read without knowing what we wrote', () => {
  const OURS = ['Tom Baker · 555', '[Open in X](https://x.example/1)']
  const block = ['---', ...OURS, `dealbridge: ${MARKER}`]
  const own = (rows: readonly string[]) =>
    ownText(readDescription(rows.join('\n')), { lines: OURS, marker: MARKER })

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
    ['the ends of one', ['mine', '', '---', ...OURS, 'Dealbridge: follow-up-boss/4066'], 'mine'],
    ['half of one and no line of ours', ['mine', '---', 'dealbridge: follow-up'], 'mine'],
    ['words in place of one', ['mine', '---', ...OURS, 'dealbridge: works'], 'mine\ndealbridge: works'],
    [
      'words within one',
      ['mine', '---', ...OURS, 'dealbridge: follow-up gate 4711 -boss/task/4066', 'below'],
      'mine\ngate 4711\nbelow',
    ],
    ['words within our name', ['mine', '---', 'deal gate bridge: follow-up-boss/task/4066'], 'mine\ngate'],
    [
      'words before our name',
      ['mine', '---', ...OURS, 'gate 4711 dealbridge: follow-up-boss/task/4066'],
      'mine\ngate 4711',
    ],
    [
      'words all around',
      ['mine', '---', ...OURS, 'one dealbridge: two follow-up-boss/task/4066 three', 'below'],
      'mine\none two three\nbelow',
    ],
    [
      'a line inside and words before our name',
      ['mine', '---', OURS[0] ?? '', 'typed', 'gate dealbridge: follow-up-boss/task/4066'],
      'mine\ntyped\ngate',
    ],
    [
      'a line inside and words all through it',
      ['mine', '---', 'typed', ...OURS, 'dealbridge: a follow b -up-boss'],
      'mine\n---\ntyped\ndealbridge: a follow b -up-boss',
    ],
    ['our name as their own word', ['mine', '---', 'Dealbridge', 'below'], 'mine\n---\nDealbridge\nbelow'],
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

  it.each([
    ['digits right onto it', '40664711', '4711'],
    ['words right onto it', '4066gate code 4711', 'gate code 4711'],
    ['digits within it', '40XX66', 'XX'],
    ['words onto that of the occurrence before', '4001gate code', 'gate code'],
    ['words onto that of another service', '4001 gate', 'gate', 'crm'],
  ])('knows %s', (_what, end, typed, service = 'follow-up-boss') => {
    expect(own(['mine', '', '---', ...OURS, `dealbridge: ${service}/task/${end}`])).toBe(`mine\n${typed}`)
  })

  it('takes the marker of a copy, and words right before that of an occurrence, for what they are', () => {
    expect(own([...block.slice(0, -1), 'dealbridge: follow-up-boss/task/4001'])).toBe('')
    expect(own([...block.slice(0, -1), 'dealbridge: rooffollow-up-boss/task/4001'])).toBe('roof')
  })

  it('loses no word typed anywhere in the block, right onto what stands there or not, and is at rest after one write', () => {
    const typed = fc
      .tuple(
        fc.constantFrom('', ' '),
        fc.oneof(
          fc.constantFrom('4711', 'gate code 4711', '- a', '— ☕', '/x', 'task', '4066'),
          fc.string({ maxLength: 12 }),
        ),
        fc.constantFrom('', ' '),
      )
      .filter(([, words]) => words.trim() !== '' && words.trim() !== '---')
    fc.assert(
      fc.property(notes, typed, fc.nat(), (text, [before, words, behind], position) => {
        const whole = joinDescription(text, OURS, MARKER)
        const begin = whole.length - block.join('\n').length
        const at = begin + (position % (whole.length - begin + 1))
        const edited = whole.slice(0, at) + before + words + behind + whole.slice(at)
        const now = ownText(readDescription(edited), { lines: OURS, marker: MARKER })
        // Pressed against letters of ours that are its own, a word is known by its letters alone.
        const isApart = before + behind === '  '
        for (const word of isApart ? words.split(/\s+/u).filter((one) => one !== '---') : [])
          expect(now).toContain(word)
        for (const letter of words.replace(/\s|---/gu, ''))
          expect(count(now, letter)).toBeGreaterThanOrEqual(count(words, letter))
        for (const word of text.split(/\s+/u)) if (word !== '---') expect(now).toContain(word)

        const written = joinDescription(now, OURS, MARKER)
        expect(ownText(readDescription(written), { lines: OURS, marker: MARKER })).toBe(now.trimEnd())
        expect(written.split('\n').filter((line) => line === `dealbridge: ${MARKER}`)).toHaveLength(1)
      }),
    )
  })

  it('keeps what a user types above, inside and below, through any number of writes, and writes the block once', () => {
    const typed = fc
      .oneof(row, fc.string({ unit: 'binary' }), fc.constantFrom('  two blanks', '> quoted', '日本語 👩‍👩‍👧'))
      .map((text) => manyLines(text.replace(/[\r\n]/gu, ' ')))
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

          const now = ownText(readDescription(edited.join('\n')), { lines, marker: MARKER })
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
