import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BLOCK_PARTS, blockLines, type DealFacts, linesByForm, type PersonFacts } from './block-lines.ts'
import { joinDescription, readDescription } from './description-block.ts'

const URL = 'https://example.followupboss.com/2/people/view/5001'
const TOM: PersonFacts = { name: 'Tom Baker', phone: '(555) 010-0100', email: 'tom@example.com', url: URL }
const LINK = `[Open in Follow Up Boss](${URL})`
const NOBODY: PersonFacts = { name: '', phone: null, email: null, url: null }

const PERSON_LINE = 'Tom Baker · (555) 010-0100 · tom@example.com'
const DEAL: DealFacts = {
  name: 'Baker: 123 Main St',
  stage: 'Under Contract',
  price: 350_000,
  currency: '$',
  facts: [
    { label: 'Gate code', value: '4711' },
    { label: 'HOA', value: ' ' },
  ],
}
const DEAL_LINE = 'Baker: 123 Main St · Under Contract · $350,000'

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

  it.each([
    [DEAL, BLOCK_PARTS, [PERSON_LINE, DEAL_LINE, 'Gate code: 4711', LINK]],
    [DEAL, ['deal', 'price', 'link'], ['Baker: 123 Main St · $350,000', LINK]],
    [DEAL, ['stage'], ['Under Contract']],
    [DEAL, ['person', 'facts'], ['Tom Baker', 'Gate code: 4711']],
    [{ ...DEAL, price: 1_234_567.5, currency: '€', facts: [] }, ['price'], ['€1,234,568']],
    [{ ...DEAL, price: 999, facts: [] }, ['price'], ['$999']],
    [{ ...DEAL, price: null }, ['price'], []],
    [{ ...DEAL, price: 0 }, ['price'], []],
    [{ ...DEAL, name: ' \n', stage: '', price: null, facts: [] }, ['deal', 'stage', 'price'], []],
  ] as const)('about the deal %j with %j are %j', (deal, parts, lines) => {
    expect(blockLines(TOM, parts, 'Follow Up Boss', deal)).toEqual(lines)
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
    const deal = fc.record({
      name: fact,
      stage: fact,
      price: fc.option(fc.double()),
      currency: fc.constantFrom('$', 'CHF '),
      facts: fc.array(fc.record({ label: fact, value: fact }), { maxLength: 2 }),
    })
    fc.assert(
      fc.property(facts, fc.subarray([...BLOCK_PARTS]), fc.option(deal), (told, parts, about) => {
        const lines = blockLines(told, parts, 'X', about)
        expect(lines.join('').length).toBeLessThan(4_000)
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
    [
      [PERSON_LINE, DEAL_LINE, 'typed', LINK],
      [PERSON_LINE, DEAL_LINE, LINK],
    ],
    [[DEAL_LINE, 'Gate code: 4711'], [DEAL_LINE]],
    [
      ['Tom Baker', DEAL_LINE],
      ['Tom Baker', DEAL_LINE],
    ],
    [[PERSON_LINE, 'deposit · $500'], [PERSON_LINE]],
    [['typed', 'typed too', DEAL_LINE], []],
  ])('of %j are %j', (lines, ours) => {
    expect(linesByForm(lines)).toEqual(ours)
  })

  const WORDS = { stages: ['Under Contract'], facts: ['Gate code', 'HOA'] }
  it.each([
    [
      [PERSON_LINE, 'Baker · Under Contract', 'HOA: 30', 'Gate code: 1', LINK],
      [0, 1, 2, 3, 4],
    ],
    [
      [PERSON_LINE, 'Baker · Offer', 'HOA: 30', LINK],
      [0, 3],
    ],
    [
      [PERSON_LINE, DEAL_LINE, 'Gate code: 1', 'Gate code: 2', 'HOA: 30'],
      [0, 1, 2],
    ],
    [[PERSON_LINE, 'typed', 'Gate code: 1'], [0]],
    [['Gate code: 1'], []],
    [['dealbridge: deal:1 · Under Contract'], []],
  ])('and by the words of stages and tables, of %j are %j', (lines, ours) => {
    expect(linesByForm(lines, WORDS)).toEqual(lines.filter((_line, at) => ours.includes(at)))
  })

  it('are all that was written, where stage and facts are known and something is told of the person', () => {
    const word = fc.constantFrom('Baker', 'A: b', '9 Elm', 'x · y')
    const deal = fc.record({
      name: word,
      stage: fc.constant('Under Contract'),
      price: fc.option(fc.nat()),
      currency: fc.constant('$'),
      facts: fc.constantFrom([], [{ label: 'Gate code', value: '1' }], DEAL.facts),
    })
    fc.assert(
      fc.property(deal, (about) => {
        const lines = blockLines(TOM, BLOCK_PARTS, 'X', about)
        expect(linesByForm(lines, WORDS)).toEqual(lines)
      }),
    )
  })
})
