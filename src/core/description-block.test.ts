import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { notes, row } from '../../test/core/descriptions.ts'
import { joinDescription, splitDescription, withoutBlocks } from './description-block.ts'

const MARKER = 'follow-up-boss/task/4066'
/** Words as a user types them, also right behind what stands there: then no digits, for a marker ends with such. */
const words = fc
  .oneof(
    fc.constantFrom(
      ' - gate code 4711, ask about the roof ',
      'gate code ',
      ' 4711 ',
      ' — ☕ é ',
      '/x ',
      'works ',
    ),
    fc.string({ maxLength: 20 }).map((text) => ` ${text} `),
  )
  .filter((text) => text.trim() !== '' && text.trim() !== '---')
const wordsOf = (text: string) => text.split(/\s+/u).filter((word) => word !== '')

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
    const text = 'a\n\n---\ndealbridge: crm/task/1\nb\n\n---\ndealbridge: crm/task/2'
    expect(splitDescription(text)).toEqual({ notes: 'a\nb', marker: 'crm/task/2', lines: [] })
  })

  it('finds the marker without its fence, in other case and with blanks', () => {
    expect(splitDescription('a\n  Dealbridge:   crm/task/1  ')).toMatchObject({
      notes: 'a',
      marker: 'crm/task/1',
    })
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
        for (const word of wordsOf(`${text} ${typed}`))
          if (word !== '---' && word !== 'Tom') expect(read).toContain(word)
      }),
    )
  })

  it.each([
    [
      'behind',
      `dealbridge: ${MARKER} - gate code 4711, ask about the roof`,
      '- gate code 4711, ask about the roof',
    ],
    ['right behind', `dealbridge: ${MARKER}gate code`, 'gate code'],
    ['between', `dealbridge: gate code 4711 ${MARKER}`, 'gate code 4711'],
    ['around', `Dealbridge: two ${MARKER}, three`, 'two , three'],
  ])('keeps what a user typed onto the line of the marker, %s it', (_where, last, typed) => {
    expect(splitDescription(`mine\n\n---\nTom\n${last}\nbelow`, ['Tom'])).toEqual({
      notes: `mine\n${typed}\nbelow`,
      marker: MARKER,
      lines: ['Tom'],
    })
  })

  it('knows the marker of a project, which has no fence, among words that a user typed onto it', () => {
    const marker = 'follow-up-boss/987/general/2'
    expect(splitDescription(`dealbridge: ${marker} mine`)).toEqual({ notes: 'mine', marker, lines: [] })
  })

  it.each([
    ['dealbridge: works'],
    ['dealbridge: see https://x.example/task/12'],
    ['mine\nDealbridge: follow-up-boss/task/4001 is the other one'],
    ['mine\n---\nI asked dealbridge: why\n---\n', `mine\n---\nI asked dealbridge: why\n---`],
  ])('takes no line of a user for ours: %j', (text, notes = text) => {
    expect(splitDescription(text)).toEqual({ notes, marker: null, lines: [] })
    expect(splitDescription(joinDescription(text, ['Tom'], MARKER), ['Tom'])).toEqual({
      notes,
      marker: MARKER,
      lines: ['Tom'],
    })
  })

  it('leaves a line that speaks of a marker to its user, above the block and below it', () => {
    const line = 'Dealbridge: see crm/task/7 for it'
    const text = joinDescription(`mine\n---\n${line}`, ['Tom'], MARKER)
    expect(splitDescription(`${text}\n${line}`, ['Tom'])).toEqual({
      notes: `mine\n---\n${line}\n${line}`,
      marker: MARKER,
      lines: ['Tom'],
    })
  })

  it('loses no word that a user typed anywhere in the block, and finds its own way back', () => {
    fc.assert(
      fc.property(notes, words, fc.nat(), (text, typed, position) => {
        const whole = joinDescription(text, ['Tom'], MARKER)
        const begin = whole.length - `---\nTom\ndealbridge: ${MARKER}`.length
        const at = begin + (position % (whole.length - begin + 1))
        const read = splitDescription(whole.slice(0, at) + typed + whole.slice(at), ['Tom'])
        for (const word of wordsOf(`${text} ${typed}`))
          if (word !== '---' && word !== 'Tom') expect(read.notes).toContain(word)
        const again = joinDescription(read.notes, ['Tom'], MARKER)
        expect(joinDescription(splitDescription(again, ['Tom']).notes, ['Tom'], MARKER)).toBe(again)
      }),
    )
  })

  it('is idempotent', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(row, fc.constantFrom('dealbridge: crm/task/1', 'dealbridge: crm/task/1 a', 'dealbridge:')),
        ),
        (rows) => {
          const once = withoutBlocks(rows.join('\n'))
          expect(withoutBlocks(once)).toBe(once)
          expect(splitDescription(joinDescription(once, [], MARKER)).notes).toBe(once)
        },
      ),
    )
  })
})

describe('join', () => {
  it('starts with the block when there are no notes', () => {
    expect(joinDescription('', [], 'x/task/1')).toBe('---\ndealbridge: x/task/1')
  })

  it('writes no block without a marker', () => {
    expect(joinDescription('a', ['Tom'], null)).toBe('a')
  })

  it("gives up lines, then the block, never the user's text", () => {
    expect(joinDescription('notes', ['first', 'second'], 'x/task/1', 37)).toBe(
      'notes\n\n---\nfirst\ndealbridge: x/task/1',
    )
    expect(joinDescription('notes', ['first', 'second'], 'x/task/1', 36)).toBe(
      'notes\n\n---\ndealbridge: x/task/1',
    )
    expect(joinDescription('notes', ['first', 'second'], 'x/task/1', 30)).toBe('notes')
    expect(joinDescription('notes', [], 'x/task/1', 4)).toBe('notes')
  })

  it('counts code points', () => {
    const emoji = '🏡'.repeat(16_383 - 31)
    expect(joinDescription(emoji, [], 'x/task/1')).toContain('dealbridge: x/task/1')
  })
})
