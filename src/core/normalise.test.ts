import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nastyText } from '../../test/core/arbitraries.ts'
import { cut, labelSet, manyLines, oneLine } from './normalise.ts'

describe('one line', () => {
  it.each([
    ['  Call\tTom \r\n again ', 'Call Tom again'],
    ['Cafe\u0301', 'Caf\u00e9'],
    ['a\u0000b\u007fc\u0085d', 'abcd'],
    ['half \ud83d and \ude00', 'half and'],
    ['👩‍👩‍👧 🇩🇪', '👩‍👩‍👧 🇩🇪'],
    ['a \u0000 b', 'a b'],
    ['e\u0000\u0301', '\u00e9'],
    ['\u00a0\u2003x\ufeff', 'x'],
    ['\u0000\n', ''],
  ])('of %j is %j', (text, line) => {
    expect(oneLine(text)).toBe(line)
  })

  it('is one already', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const line = oneLine(text)
        expect(oneLine(line)).toBe(line)
        expect(line).toBe(line.normalize('NFC'))
        expect(line).not.toMatch(/\p{Cs}/u)
        expect(line).not.toMatch(/\p{Cc}|^\s|\s$|\s\s/u)
      }),
      { numRuns: 200 },
    )
  })

  it('is the same in whatever spelling the letters came', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        expect(oneLine(text.normalize('NFD'))).toBe(oneLine(text.normalize('NFC')))
      }),
    )
  })
})

describe('many lines', () => {
  it.each([
    ['a\r\nb\rc\n', 'a\nb\nc'],
    ['  indented\tkept  \n\n', '  indented\tkept'],
    ['a\u0000b\u001bc', 'abc'],
    ['Cafe\u0301 \ud83d', 'Caf\u00e9'],
  ])('of %j are %j', (text, lines) => {
    expect(manyLines(text)).toBe(lines)
  })

  it('are many lines already', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const lines = manyLines(text)
        expect(manyLines(lines)).toBe(lines)
        expect(lines).toBe(lines.normalize('NFC'))
        expect(lines).not.toMatch(/\p{Cs}/u)
        expect(lines).not.toMatch(/\r|\s$/u)
      }),
      { numRuns: 200 },
    )
  })
})

describe('a cut text', () => {
  it('counts code points and splits none', () => {
    expect(cut('🇩🇪x', 2)).toBe('🇩🇪')
    expect(cut('😀😀😀', 2)).toBe('😀😀')
    expect(cut('😀😀', 2)).toBe('😀😀')
    expect(cut('ab cd', 3)).toBe('ab')
  })

  it('is short enough, a beginning of the whole, and cut already', () => {
    fc.assert(
      fc.property(nastyText.map(oneLine), fc.nat({ max: 12 }), (text, limit) => {
        const short = cut(text, limit)
        expect([...short].length).toBeLessThanOrEqual(limit)
        expect(text.startsWith(short)).toBe(true)
        expect(cut(short, limit)).toBe(short)
        if ([...text].length <= limit) expect(short).toBe(text)
      }),
    )
  })
})

describe('a set of labels', () => {
  it('is sorted, without doubles and empty names', () => {
    expect(labelSet(['vip', ' b ', '', 'vip', 'Mu\u0308ller', 'M\u00fcller', '\u0000'])).toEqual([
      'Müller',
      'b',
      'vip',
    ])
  })

  it('does not depend on the order in which they came, and is a set already', () => {
    fc.assert(
      fc.property(fc.array(nastyText, { maxLength: 6 }), (labels) => {
        const set = labelSet(labels)
        expect(labelSet([...labels].reverse())).toEqual(set)
        expect(labelSet(set)).toEqual(set)
      }),
    )
  })
})
