import { expect, it } from 'vitest'
import { DEFAULT_DEALS } from './deal-policy.ts'
import { proposeLabels } from './label-proposal.ts'
import { standardLabels } from './standard-labels.ts'

const standard = standardLabels({ deals: DEFAULT_DEALS })
const made = (there: readonly string[], types: Parameters<typeof proposeLabels>[2]) =>
  proposeLabels(standard, there, types).flatMap(({ name, make }) => (make ? name : []))

it('labels of types are made where tasks of that type were seen, all others anyhow', () => {
  expect(made([], ['Call', 'Follow Up'])).toEqual([
    'call',
    'crm',
    'no-sync',
    'needs-deal-link',
    'needs-person',
    'sync-problem',
    'buyer',
    'investor',
    'seller',
    'str',
  ])
})

it('what the account has stays as it is, whatever the case of its letters', () => {
  const names = made(['CALL', 'Buyer'], ['Call', 'Email'])
  expect(names).toContain('email')
  expect(names).not.toContain('call')
  expect(names).not.toContain('buyer')
})

it('where no task was seen, each type may come, but for the one without a label', () => {
  const names = made([], [])
  expect(names).toContain('thank-you')
  expect(names).not.toContain('follow-up')
})
