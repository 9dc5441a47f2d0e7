import { expect, it } from 'vitest'
import type { AccountFacts } from './contract.ts'
import { createFollowUpBoss } from './follow-up-boss/index.ts'
import { createTodoist } from './todoist/index.ts'

const facts = (domain: string | null): AccountFacts => ({
  accountId: '1',
  userId: '1',
  zone: null,
  seesEveryone: true,
  domain,
  limits: {},
  probes: {},
})
const task = { remoteId: '6X7rM8', person: '4711' }

it('leads to the task in Todoist’s app, where its own service is asked', () => {
  const page = (baseUrl: string) => createTodoist().taskPage?.({ baseUrl, facts: null }, task)
  expect(page('https://api.todoist.com')).toBe('https://app.todoist.com/app/task/6X7rM8')
  expect(page('http://127.0.0.1:4102')).toBe(null)
})

it('leads to the person in Follow Up Boss, whose tasks have no page', () => {
  const page = (domain: string | null, person: string | null) =>
    createFollowUpBoss().taskPage?.({ baseUrl: '', facts: facts(domain) }, { ...task, person })
  expect(page('acme', '4711')).toBe('https://acme.followupboss.com/2/people/view/4711')
  expect([page(null, '4711'), page('acme', null), page('a/b', '4711')]).toEqual([null, null, null])
})
