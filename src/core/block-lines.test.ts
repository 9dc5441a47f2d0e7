import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_PARTS, blockLines, linesByForm, type PersonFacts } from './block-lines.ts'
import { joinDescription, readDescription } from './description-block.ts'

const URL = 'https://example.followupboss.com/2/people/view/5001'
const TOM: PersonFacts = { name: 'Tom Baker', phone: '(555) 010-0100', email: 'tom@example.com', url: URL }
const LINK = `[Open in Follow Up Boss](${URL})`
const NOBODY: PersonFacts = { name: '', phone: null, email: null, url: null }

describe('the lines of the block', () => {
  it.each([
    [TOM, BLOCK_PARTS, ['Tom Baker · (555) 010-0100 · tom@example.com', LINK]],
    [{ ...TOM, phone: null }, BLOCK_PARTS, ['Tom Baker · tom@example.com', LINK]],
    [TOM, ['person', 'email'], ['Tom Baker · tom@example.com']],
    [TOM, ['link'], [LINK]],
    [TOM, [], []],
    [{ ...TOM, url: null }, ['link', 'phone'], ['(555) 010-0100']],
    [NOBODY, BLOCK_PARTS, []],
    [{ ...NOBODY, name: ' Tom \n Baker\u0007 ' }, BLOCK_PARTS, ['Tom Baker']],
  ] as const)('of %j and %j are %j', (facts, parts, lines) => {
    expect(blockLines(facts, parts, 'Follow Up Boss')).toEqual(lines)
  })

  it.each(['---', 'dealbridge: x/task/1', ' Dealbridge:', 'Tom dealbridge: x/task/1'])(
    'leave out the name %j, which would end the block',
    (name) => {
      expect(blockLines({ ...NOBODY, name }, BLOCK_PARTS, 'X')).toEqual([])
    },
  )

  it('stay short, and come back from a description as they were, whatever a service holds', () => {
    const fact = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('---', 'dealbridge: a', 'a dealbridge: a/task/1', 'x'.repeat(5_000)),
    )
    const facts = fc.record({ name: fact, phone: fact, email: fact, url: fc.constantFrom(null, URL) })
    fc.assert(
      fc.property(facts, fc.subarray([...BLOCK_PARTS]), (told, parts) => {
        const lines = blockLines(told, parts, 'X')
        expect(lines.join('').length).toBeLessThan(1_500)
        expect(readDescription(joinDescription('mine', lines, 'x/task/1'))).toEqual({
          notes: 'mine',
          marker: 'x/task/1',
          lines,
        })
      }),
    )
  })
})

describe('lines known by their form', () => {
  it.each([
    [
      ['Tom Baker', LINK],
      ['Tom Baker', LINK],
    ],
    [['Tom Baker · (555) 010-0100'], ['Tom Baker · (555) 010-0100']],
    [
      ['Tom Baker · 555', 'typed · by a user', LINK],
      ['Tom Baker · 555', LINK],
    ],
    [['typed by a user'], []],
    [['dealbridge: crm/task/1 gate · 4711'], []],
    [['[a link](https://example.com)'], []],
    [[], []],
  ])('of %j are %j', (lines, ours) => {
    expect(linesByForm(lines)).toEqual(ours)
  })
})
