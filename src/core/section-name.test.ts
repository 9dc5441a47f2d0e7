import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nastyText } from '../../test/core/arbitraries.ts'
import { LONGEST_SECTION_NAME, type SectionFacts, sectionName } from './section-name.ts'

const facts = (
  contact: string,
  deal: string,
  text: string | null = null,
  city: string | null = null,
): SectionFacts => ({ id: '5501', contact, deal, place: text === null ? null : { text, city } })

const length = (text: string) => Array.from(text).length

describe('the name of a section', () => {
  it.each<[SectionFacts, string]>([
    [
      facts('Tom Baker', 'First home', '123 Main St, Asheville'),
      'Tom Baker — First home — 123 Main St, Asheville',
    ],
    [facts('Tom Baker', 'First home'), 'Tom Baker — First home'],
    [facts('', 'First home', 'Asheville', 'Asheville'), 'First home — Asheville'],
    [facts('Tom Baker', '', '123 Main St'), 'Tom Baker — 123 Main St'],
    [facts('', '', null), 'Deal 5501'],
    [facts(' Tom \n Baker ', 'First\thome'), 'Tom Baker — First home'],
  ])('of %j leaves empty parts out: %s', (given, name) => {
    expect(sectionName(given)).toBe(name)
  })

  it.each<[SectionFacts, string]>([
    [facts('Tom Baker', 'Baker: 9 Elm'), 'Baker: 9 Elm'],
    [facts('Tom Baker', 'tom baker - 9 Elm'), 'tom baker - 9 Elm'],
    [facts('Tom Baker', 'Baker’s house'), 'Baker’s house'],
    [facts('Tom Baker Jr.', 'Baker: 9 Elm'), 'Baker: 9 Elm'],
    [facts('José Peña', 'PENA: 9 Elm'), 'PENA: 9 Elm'],
    [
      { ...facts('Ana van der Berg', 'Van der Berg: 9 Elm'), lastName: 'van der Berg' },
      'Van der Berg: 9 Elm',
    ],
    [facts('Tom Baker', 'Bakersfield lot'), 'Tom Baker — Bakersfield lot'],
    [facts('Tom Baker', '9 Elm, Baker'), 'Tom Baker — 9 Elm, Baker'],
    [facts('Tom Baker', 'Tom: 9 Elm'), 'Tom Baker — Tom: 9 Elm'],
    [facts('Tom Baker', 'T. Baker'), 'Tom Baker — T. Baker'],
  ])('of %j leaves out a contact with whose name the deal begins: %s', (given, name) => {
    expect(sectionName(given)).toBe(name)
  })

  it.each<[SectionFacts, string]>([
    [
      facts('', 'Baker: 123 Main St', '123 Main St, Asheville, NC', 'Asheville'),
      'Baker: 123 Main St — Asheville',
    ],
    [
      facts('', '123 main st. (Asheville)', '123 Main St, Asheville', 'Asheville'),
      '123 main st. (Asheville)',
    ],
    [facts('', '123 Main St', '123 Main St'), '123 Main St'],
    [facts('', 'Asheville condo', 'Asheville', 'Asheville'), 'Asheville condo'],
    [facts('', '123 Main Street', '123 Main St', 'Asheville'), '123 Main Street — 123 Main St'],
    [facts('', '1123 Main St', '123 Main St', 'Asheville'), '1123 Main St — 123 Main St'],
  ])('of %j says of the property what the deal does not: %s', (given, name) => {
    expect(sectionName(given)).toBe(name)
  })

  it('cuts the deal first, then the property, then the contact', () => {
    const [c, d, p] = ['c', 'd', 'p'].map((letter) => letter.repeat(100))
    expect(sectionName(facts('Tom', d ?? '', 'Elm'))).toBe(`Tom — ${d} — Elm`)
    expect(sectionName(facts('Tom', `${d}${d}`, 'Elm'))).toBe(`Tom — ${'d'.repeat(107)}… — Elm`)
    expect(sectionName(facts('Tom', d ?? '', p))).toBe(`Tom — ${'d'.repeat(19)}… — ${'p'.repeat(90)}…`)
    expect(sectionName(facts(c ?? '', d ?? '', p))).toBe(
      `${'c'.repeat(73)}… — ${'d'.repeat(19)}… — ${'p'.repeat(19)}…`,
    )
  })

  it('is one line, composed, never empty and never too long, and keeps all that fits', () => {
    const text = fc.oneof(nastyText, fc.string({ unit: 'binary', maxLength: 300 }))
    fc.assert(
      fc.property(text, text, fc.option(text), fc.option(text), (contact, deal, place, city) => {
        const name = sectionName(facts(contact, deal, place, city))
        expect(length(name)).toBeLessThanOrEqual(LONGEST_SECTION_NAME)
        expect(name).not.toBe('')
        expect(name).toBe(name.normalize('NFC'))
        expect(name).toMatch(/^[^\p{Cc}\n\u2028\u2029]+$/u)
        expect(name).toBe(name.trim())
        if (length(name) < LONGEST_SECTION_NAME - 3)
          expect(name.endsWith('…') && !`${deal}${place}${contact}`.includes('…')).toBe(false)
      }),
    )
  })

  it('of the same deal stays the same, however its words are spelled in Unicode', () => {
    fc.assert(
      fc.property(nastyText, nastyText, nastyText, (contact, deal, place) => {
        const one = sectionName(
          facts(contact.normalize('NFD'), deal.normalize('NFD'), place.normalize('NFD')),
        )
        expect(sectionName(facts(contact, deal, place))).toBe(one)
      }),
    )
  })
})
