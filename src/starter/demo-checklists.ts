import type { Checklist, ChecklistItem } from '../core/checklist.ts'
import type { DueRule } from '../core/due-rule.ts'

/** “Under Contract” of the pipeline of buyers, in the book of the demo. */
const UNDER_CONTRACT = '13'

function item(title: string, given: Partial<ChecklistItem>): ChecklistItem {
  return {
    key: null,
    title,
    notes: '',
    type: null,
    priority: null,
    labels: [],
    due: null,
    weekend: null,
    ...given,
  }
}

function days(from: DueRule['from'], direction: DueRule['direction'], count: number): DueRule {
  return { from, direction, days: count, business: false }
}

/** What a deal of the demo gets when it comes under contract. */
export const DEMO_CHECKLISTS: readonly Checklist[] = [
  {
    name: 'Under contract',
    stage: UNDER_CONTRACT,
    weekend: 'before',
    items: [
      item('Order the inspection', { type: 'Call', priority: 1, due: days('entry', 'after', 2) }),
      item('Send the contract to the lender', { type: 'Email', due: days('entry', 'after', 1) }),
      item('Book the final walk-through', { type: 'Appointment', due: days('close', 'before', 3) }),
    ],
  },
]
