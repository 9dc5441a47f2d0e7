import { expect, it } from 'vitest'
import { policy } from '../../test/core/rules.ts'
import { withDealInput } from '../activities/deals/deal-choices.ts'
import type { DealPolicy } from '../core/deal-policy.ts'
import { routeFileChange } from './route-file.ts'
import { routeFileText } from './route-file-text.ts'

const DEALS: DealPolicy = {
  stages: {
    '1': { kind: 'create', name: null },
    '2': { kind: 'create', name: 'Under Contract: mine' },
    '3': { kind: 'use', project: 'p7' },
    '4': { kind: 'same-as', stage: '2' },
    '5': { kind: 'none' },
  },
  general: '📌 General CRM Tasks',
  layout: 'stage',
  others: 'general',
  fields: { address: 'customAddress', city: null, state: null, zip: null, type: null, description: null },
  eager: true,
  counties: { Austin: 'travis' },
  dealTypes: { Buyer: 'buyer' },
  propertyFacts: { file: '/tmp/facts.csv', address: 'Address', city: null, deal: null, show: ['Gate code'] },
  checklists: [
    {
      name: 'Closing',
      stage: '2',
      weekend: 'before',
      items: [
        {
          key: 'inspect',
          title: 'Order inspection',
          notes: 'Two\nlines',
          type: 'Call',
          priority: 2,
          labels: ['vip'],
          due: { from: 'entry', direction: 'after', days: 3, business: true },
          weekend: 'after',
        },
        {
          key: null,
          title: 'Done',
          notes: '',
          type: null,
          priority: null,
          labels: [],
          due: null,
          weekend: null,
        },
      ],
    },
  ],
}

it('says of a route what its file, read again, makes of it', () => {
  const stages = ['1', '2', '3', '4', '5'].map((id) => ({
    id,
    name: `Stage ${id}`,
    pipelineId: 'p',
    pipelineName: 'Buyers',
    position: Number(id),
    closed: false,
  }))
  const text = routeFileText(policy({ deals: DEALS, assignees: { only: ['7'], unassigned: true } }))
  const { deals, ...rest } = routeFileChange(text, 'main.yaml')
  const choices = {
    stages: stages as never,
    projects: [{ id: 'p7', name: 'Mine', ours: false }],
    fields: [{ name: 'customAddress', label: 'Address', kind: 'text' }] as never,
  }
  expect(withDealInput(undefined, deals ?? {}, choices)).toEqual(DEALS)
  expect(rest).toMatchObject({ direction: 'both', assignees: { only: ['7'], unassigned: true } })
})

it('says that a route does not file by deals', () => {
  expect(routeFileChange(routeFileText(policy({})), 'main.yaml')).toMatchObject({
    deals: null,
    comments: false,
  })
})
