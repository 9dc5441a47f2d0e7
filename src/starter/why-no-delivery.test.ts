import { expect, it } from 'vitest'
import type { WebhookPlan } from '../core/webhook-steps.ts'
import { createFollowUpBoss } from '../providers/follow-up-boss/index.ts'
import { createTodoist } from '../providers/todoist/index.ts'
import type { ConnectionRow } from '../store/connections.ts'
import { type WhyNone, whyNone } from './why-no-delivery.ts'

const row = { name: 'mine', pollSeconds: 30 } as ConnectionRow
const fub = createFollowUpBoss()
const todoist = createTodoist()
const URL_HERE = 'https://sync.example.com/webhook/x'
const GOOD: WebhookPlan = { steps: [], full: [], ours: [], foreign: [] }

const why = (provider: typeof fub, given: Partial<WhyNone> & { readonly url?: string | null } = {}) => {
  const { webhooks } = provider
  if (webhooks === null) throw new Error('no webhooks')
  const { url = URL_HERE, ...rest } = given
  return whyNone({
    account: { row: { ...row, provider: provider.kind }, provider, webhooks, url },
    awaited: { came: null, refused: 0 },
    plan: GOOD,
    reached: 'dealbridge',
    credentials: { clientId: 'app' },
    ...rest,
  })
}

it('with nothing wrong on our side there is only what nobody can see from here', () => {
  expect(why(fub)).toEqual([expect.stringMatching(/firewall.*every 30 s/)])
  expect(why(todoist)).toEqual([expect.stringContaining(URL_HERE), expect.stringContaining('firewall')])
})

it.each<[string, Parameters<typeof why>[1], RegExp]>([
  [
    'another secret signs',
    { awaited: { came: null, refused: 2 } },
    /^2 came and were refused.*webhooks rotate mine/,
  ],
  ['there is no address', { url: null, reached: null }, /^PUBLIC_URL is not set/],
  ['nobody answers there', { reached: 'nobody' }, /does not answer from here/],
  ['somebody else answers there', { reached: 'another' }, /is not Dealbridge/],
  [
    'they are not registered',
    { plan: { ...GOOD, steps: [{ do: 'register', event: 'a' }] } },
    /webhooks repair/,
  ],
  ['others hold the places', { plan: { ...GOOD, full: ['a'] } }, /webhooks repair/],
])('where %s it is said first', (_what, given, said) => {
  expect(why(fub, given)[0]).toMatch(said)
})

it('a personal token of Todoist is told, and no other key', () => {
  expect(why(todoist, { credentials: { token: 't' } })[0]).toMatch(
    /personal token.*connect edit mine --oauth/,
  )
  expect(why(fub, { credentials: { apiKey: 'k' } })).toHaveLength(1)
})
