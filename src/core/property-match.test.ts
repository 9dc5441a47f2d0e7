import { describe, expect, it } from 'vitest'
import { PropertyMatch } from './property-match.ts'
import type { PropertyRow } from './property-table.ts'

const row = (given: Partial<PropertyRow>): PropertyRow => ({
  address: null,
  city: null,
  deal: null,
  facts: [],
  ...given,
})

const MAIN = row({ address: '123 Main Street', city: 'Asheville' })
const ELM_SYLVA = row({ address: '1 Elm St, Sylva, NC 28779' })
const ELM_ASHEVILLE = row({ address: '1 Elm St', city: 'Asheville' })
const LONG = row({ address: '123 Main St Unit 4', city: 'Boone' })
const NAMED = row({ deal: 'The Baker farm' })
const FARM = row({ address: 'Old Farm' })
const ALL = new PropertyMatch([MAIN, ELM_SYLVA, ELM_ASHEVILLE, LONG, NAMED, FARM])

describe('the property of a deal', () => {
  it.each([
    [{ address: '123 main st.' }, MAIN],
    [{ address: '123 Main St, Asheville, NC' }, MAIN],
    [{ address: '123 Main St', city: 'Asheville' }, MAIN],
    [{ address: '1 Elm Street, Sylva' }, ELM_SYLVA],
    [{ address: '1 Elm St', city: 'Asheville' }, ELM_ASHEVILLE],
    [{ name: 'the  baker FARM' }, NAMED],
    [{ name: 'Baker: 123 Main St' }, MAIN],
    [{ name: 'Baker — 123 Main St #4' }, LONG],
    [{ name: 'Baker: 1 Elm St', city: 'Sylva' }, ELM_SYLVA],
  ])('of %j is found', (given, found) => {
    expect(ALL.of({ name: '', address: null, city: null, ...given })).toBe(found)
  })

  it.each([
    ['in another city', { address: '123 Main St', city: 'Sylva' }],
    ['in another city by its address', { address: '123 Main St, Boone' }],
    ['of two that fit alike', { address: '1 Elm St' }],
    ['of two that fit alike by name', { name: 'Baker: 1 Elm St' }],
    ['that is part of a longer number', { name: 'Baker: 5123 Main St' }],
    ['without a house number in a name', { name: 'Baker: Old Farm' }],
    ['by its name, where its address is another', { name: 'Baker: 123 Main St', address: '7 Oak St' }],
    ['without any words', { name: ' — ' }],
  ])('is none %s', (_why, given) => {
    expect(ALL.of({ name: '', address: null, city: null, ...given })).toBeNull()
  })

  it('is none where two rows name the deal', () => {
    const match = new PropertyMatch([NAMED, row({ deal: 'The Baker Farm', city: 'Boone' })])
    expect(match.of({ name: 'The Baker farm', address: null, city: null })).toBeNull()
  })
})
