import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DealField } from './deal.ts'
import { DEAL_FACTS, proposeDealFields } from './deal-field-proposal.ts'

const field = (name: string, label: string, given: Partial<DealField> = {}): DealField => ({
  name,
  label,
  kind: 'text',
  choices: [],
  ...given,
})

const NONE = { address: null, city: null, state: null, zip: null, type: null, description: null }

describe('which fields hold what of a deal', () => {
  it('is told by what they are called', () => {
    const fields = [
      field('customPropertyAddress', 'Property Address'),
      field('customPropertyCity', 'Property City'),
      field('customPropertyState', 'Property State'),
      field('customPropertyZip', 'Property Zip'),
      field('customCounty', 'County'),
      field('customPropertyType', 'Property Type', { kind: 'choice', choices: ['Condo'] }),
      field('customRemarks', 'Remarks'),
    ]
    expect(proposeDealFields(fields, {})).toEqual({
      address: 'customPropertyAddress',
      city: 'customPropertyCity',
      state: 'customPropertyState',
      zip: 'customPropertyZip',
      type: 'customPropertyType',
      description: 'customRemarks',
    })
  })

  it('takes a field that names the deal’s or property’s before one that names just anything', () => {
    const fields = [field('customType', 'Type'), field('customDealType', 'Deal Type'), field('c1', 'Address')]
    expect(proposeDealFields([...fields, field('c2', 'Property Address')], {})).toMatchObject({
      type: 'customDealType',
      address: 'c2',
    })
  })

  it('leaves alone what is about somebody else, and whole words only count', () => {
    const fields = [
      field('customMailingAddress', 'Mailing Address'),
      field('customEmailAddress', 'Email Address'),
      field('customCapacity', 'Capacity'),
      field('customStatement', 'Statement sent'),
    ]
    expect(proposeDealFields(fields, {})).toEqual(NONE)
  })

  it('of two that are called alike it guesses neither', () => {
    expect(proposeDealFields([field('a', 'City'), field('b', 'City')], {})).toEqual(NONE)
  })

  it('is told by what they hold, where no name says it', () => {
    const fields = [field('c1', 'Where'), field('c2', 'Code'), field('c3', 'ST'), field('c4', 'Notes')]
    const samples = {
      c1: ['123 Main St', '9 Elm St', '4021 Old Oak Rd'],
      c2: ['28801', '28803-1234', '28711'],
      c3: ['NC', 'SC', 'TN'],
      c4: Array.from(
        { length: 3 },
        () => 'A bungalow with a porch, a garden, and a view over the whole valley.',
      ),
    }
    expect(proposeDealFields(fields, samples)).toEqual({
      ...NONE,
      address: 'c1',
      zip: 'c2',
      state: 'c3',
      description: 'c4',
    })
  })

  it('does not believe a name that its values speak against, nor a few values', () => {
    const fields = [field('a', 'Address'), field('z', 'Zip')]
    const samples = { a: ['yes', 'no', 'yes'], z: ['sent', 'zipped', 'sent'] }
    expect(proposeDealFields(fields, samples)).toEqual(NONE)
    expect(proposeDealFields([field('c', 'Code')], { c: ['28801'] })).toEqual(NONE)
  })

  it('names known fields alone, and none of them twice', () => {
    const words = fc.constantFrom(
      'Property',
      'Address',
      'City',
      'State',
      'Zip',
      'Type',
      'Remarks',
      'Deal',
      'Mailing',
    )
    const label = fc.array(words, { minLength: 1, maxLength: 3 }).map((all) => all.join(' '))
    const value = fc.constantFrom('28801', 'NC', '123 Main St', 'yes', 'Asheville')
    const arbitrary = fc.array(fc.tuple(label, fc.array(value, { maxLength: 4 })), { maxLength: 8 })
    fc.assert(
      fc.property(arbitrary, (all) => {
        const fields = all.map(([one], at) => field(`c${at}`, one))
        const samples = Object.fromEntries(all.map(([, values], at) => [`c${at}`, values]))
        const proposed = proposeDealFields(fields, samples)
        const named = DEAL_FACTS.flatMap((fact) => proposed[fact] ?? [])
        expect(new Set(named).size).toBe(named.length)
        expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(named))
        // The order in which the account lists them says nothing.
        expect(proposeDealFields([...fields].reverse(), samples)).toEqual(proposed)
      }),
    )
  })
})
