import { describe, expect, it } from 'vitest'
import type { Stage } from '../../core/deal.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import { type DealChoices, withDealInput } from './deal-choices.ts'

const stage = (id: string, name: string, pipelineName = 'Buyers'): Stage => ({
  id,
  name,
  pipeline: pipelineName,
  pipelineName,
  place: Number(id),
  closed: name === 'Closed',
})

const CHOICES: DealChoices = {
  stages: [stage('1', 'Showing'), stage('2', 'Offer'), stage('3', 'Closed'), stage('4', 'Closed', 'Sellers')],
  projects: [
    { id: 'p1', name: 'My leads', ours: false },
    { id: 'p2', name: 'Showing', ours: true },
  ],
  fields: [
    { name: 'customCity', label: 'Property City', kind: 'text', choices: [] },
    { name: 'customZip', label: 'Property Zip', kind: 'text', choices: [] },
  ],
}

const said = (input: Parameters<typeof withDealInput>[1], before = DEFAULT_DEALS) =>
  withDealInput(before, input, CHOICES)

/** The whole answer of a refusal. */
function refused(input: Parameters<typeof withDealInput>[1]): string {
  try {
    said(input)
  } catch (error) {
    const { message, hints } = error as { message: string; hints: readonly string[] }
    return [message, ...hints].join(' ')
  }
  return 'it was taken'
}

describe('what a person says of how a route files by deals', () => {
  it('names stages by id, by name, or with their pipeline, and projects and fields by what they are called', () => {
    expect(
      said({
        stages: {
          showing: { use: 'my leads' },
          2: { 'same-as': 'Showing' },
          'Sellers · Closed': { create: 'Past  clients 🎉' },
          3: 'none',
        },
        dealFields: { city: 'property city', zip: 'customZip' },
        general: '📌 Everything else',
      }),
    ).toEqual({
      ...DEFAULT_DEALS,
      general: '📌 Everything else',
      stages: {
        1: { kind: 'use', project: 'p1' },
        2: { kind: 'same-as', stage: '1' },
        3: { kind: 'none' },
        4: { kind: 'create', name: 'Past clients 🎉' },
      },
      fields: { ...DEFAULT_DEALS.fields, city: 'customCity', zip: 'customZip' },
    })
  })

  it('leaves as it is what it does not name, and takes back what was said with default or null', () => {
    const before = said({ stages: { 1: 'none', 2: 'create' }, dealFields: { city: 'customCity' } })
    expect(said({ layout: 'pipeline', others: 'general' }, before)).toEqual({
      ...before,
      layout: 'pipeline',
      others: 'general',
    })
    expect(said({ stages: { Showing: 'default' }, dealFields: { city: null } }, before)).toEqual({
      ...before,
      stages: { 2: { kind: 'create', name: null } },
      fields: DEFAULT_DEALS.fields,
    })
    expect(withDealInput(undefined, {}, CHOICES)).toEqual(DEFAULT_DEALS)
    const told = { ...DEFAULT_DEALS, currency: '€', counties: { Kyle: 'hays' } }
    expect(said({ layout: 'pipeline' }, told)).toEqual({ ...told, layout: 'pipeline' })
  })

  it('takes tables of labels and of facts whole, in place of those before, and takes them away with null', () => {
    const tables = said({
      labels: { counties: { Asheville: 'buncombe' }, dealTypes: { Buyer: 'kauf' } },
      propertyFacts: { file: '/srv/facts.csv', show: ['Gate code'] },
    })
    expect(tables).toEqual({
      ...DEFAULT_DEALS,
      counties: { Asheville: 'buncombe' },
      dealTypes: { Buyer: 'kauf' },
      propertyFacts: { file: '/srv/facts.csv', address: null, city: null, deal: null, show: ['Gate code'] },
    })
    expect(said({ labels: { counties: { Kyle: 'hays' } } }, tables)).toEqual({
      ...tables,
      counties: { Kyle: 'hays' },
    })
    expect(said({ labels: { counties: null, dealTypes: null }, propertyFacts: null }, tables)).toEqual(
      DEFAULT_DEALS,
    )
  })

  it('is refused with every label of a table that cannot be called so', () => {
    const wrong = refused({ labels: { counties: { Asheville: 'Buncombe' }, dealTypes: { Buyer: 'crm' } } })
    expect(wrong).toContain('labels.counties: the label “Buncombe” for “Asheville” may have small letters')
    expect(wrong).toContain('labels.dealTypes: the label “crm” for “Buyer” has a meaning of its own')
  })

  it('guesses what was meant, and says what there is', () => {
    expect(refused({ stages: { Showng: 'none' } })).toMatch(
      /no stage Showng\. Do you mean Showing\? There are: Buyers · Showing \(1\)/,
    )
    expect(refused({ stages: { Closed: 'none' } })).toMatch(
      /2 stages are called Closed\. Name one by its id: Buyers · Closed \(3\), Sellers/,
    )
    expect(refused({ stages: { 1: { use: 'My lead' } } })).toMatch(
      /no project My lead .*Do you mean My leads\? There are: My leads\./,
    )
    expect(refused({ stages: { 1: { use: 'Showing' } } })).toContain('was made by Dealbridge')
    expect(refused({ stages: { 1: { 'same-as': 'Ofer' } } })).toContain('Do you mean Offer?')
    expect(refused({ dealFields: { city: 'Property Citty' } })).toMatch(
      /Do you mean Property City\? There are: Property City \(customCity\)/,
    )
  })

  it('is refused where it does not go together', () => {
    expect(refused({ stages: { 1: { 'same-as': '2' }, 2: { 'same-as': '1' } } })).toContain(
      'round in a circle',
    )
    expect(refused({ stages: { 1: { create: 'Deals' }, 2: { create: 'deals' } } })).toContain('named “Deals”')
  })

  it('of stages that nobody has told says that they come', () => {
    const none = { ...CHOICES, stages: [] }
    expect(() => withDealInput(undefined, { stages: { Offer: 'none' } }, none)).toThrow(
      'has not told of its stages yet',
    )
  })
})
