import { describe, expect, it } from 'vitest'
import { type SeenWebhook, type WantedWebhooks, webhookSteps } from './webhook-steps.ts'

const HERE = 'https://sync.example.com/office/webhook/follow-up-boss'
const SPELLED = 'https://SYNC.example.com:443/office/webhook/follow-up-boss'
const SAME_INSTALLATION = 'https://sync.example.com/office/webhook/fub'
const FORMER = 'https://old.example.com/webhook/follow-up-boss'
const NEIGHBOUR = 'https://sync.example.com/webhook/follow-up-boss'
const STRANGER = 'https://other.example.com/hook'

const wanted = (given: Partial<WantedWebhooks> = {}): WantedWebhooks => ({
  url: HERE,
  events: ['a'],
  most: 2,
  ids: new Set(),
  urls: new Set([HERE]),
  ...given,
})
/** `1a` is the webhook 1 of event a. */
const hook = (name: string, url: string, active = true): SeenWebhook => ({
  remoteId: name.slice(0, 1),
  event: name.slice(1),
  url,
  active,
})
const repair = (remoteId: string, wrong: Partial<{ disabled: boolean; elsewhere: boolean }>) => ({
  do: 'repair',
  event: 'a',
  remoteId,
  disabled: false,
  elsewhere: false,
  ...wrong,
})
const remove = (remoteId: string, why = 'twice') => ({ do: 'remove', event: 'a', remoteId, why })
const REGISTER = { do: 'register', event: 'a' }

describe('what is there, and what is done about it', () => {
  it.each<[string, SeenWebhook[], unknown[], Partial<WantedWebhooks>?]>([
    ['nothing', [], [REGISTER]],
    ['ours', [hook('1a', HERE)], []],
    ['ours in another spelling', [hook('1a', SPELLED)], []],
    ['ours, switched off', [hook('1a', HERE, false)], [repair('1', { disabled: true })]],
    ['another address of ours', [hook('1a', SAME_INSTALLATION)], [repair('1', { elsewhere: true })]],
    [
      'a former address of ours',
      [hook('1a', FORMER)],
      [repair('1', { elsewhere: true })],
      { urls: new Set([FORMER]) },
    ],
    ['an address that was never ours', [hook('1a', FORMER)], [REGISTER]],
    [
      'one of ours that somebody has turned elsewhere and off',
      [hook('1a', STRANGER, false)],
      [repair('1', { disabled: true, elsewhere: true })],
      { ids: new Set(['1']) },
    ],
    ['ours twice', [hook('1a', HERE), hook('2a', HERE)], [remove('2')]],
    ['ours twice, the first switched off', [hook('1a', HERE, false), hook('2a', HERE)], [remove('1')]],
    [
      'ours, switched off, and an active one elsewhere: what is at its place stays there',
      [hook('1a', SAME_INSTALLATION), hook('2a', HERE, false)],
      [repair('2', { disabled: true }), remove('1')],
    ],
    ['one stranger', [hook('1a', STRANGER)], [REGISTER]],
    ['a neighbour on the same host', [hook('1a', NEIGHBOUR)], [REGISTER]],
    ['a stranger beside ours', [hook('1a', STRANGER), hook('2a', HERE)], []],
    ['two strangers, one switched off', [hook('1a', STRANGER), hook('2a', NEIGHBOUR, false)], []],
    [
      'a place that a stranger and ours elsewhere fill',
      [hook('1a', STRANGER), hook('2a', SAME_INSTALLATION)],
      [repair('2', { elsewhere: true })],
    ],
    ['strangers of another event', [hook('1b', STRANGER), hook('2b', STRANGER)], [REGISTER]],
    [
      'an event that we once registered',
      [hook('1a', HERE), hook('2b', HERE)],
      [{ ...remove('2', 'unwanted'), event: 'b' }],
      { ids: new Set(['1', '2']) },
    ],
    ['an event that somebody sends us', [hook('1a', HERE), hook('2b', HERE)], []],
  ])('%s', (_what, there, steps, given = {}) => {
    expect(webhookSteps(wanted(given), there).steps).toEqual(steps)
  })
})

it('events of which strangers hold every place are told, and the others are done', () => {
  const strangers = [hook('1a', STRANGER), hook('2a', NEIGHBOUR)]
  expect(webhookSteps(wanted({ events: ['a', 'b'] }), strangers)).toEqual({
    steps: [{ do: 'register', event: 'b' }],
    full: ['a'],
    ours: [],
    foreign: strangers,
  })
})

it('tells ours from the others', () => {
  const all = [hook('1a', HERE), hook('2a', STRANGER), hook('3b', FORMER)]
  const { ours, foreign } = webhookSteps(wanted({ urls: new Set([FORMER]) }), all)
  expect([ours, foreign].map((some) => some.map(({ remoteId }) => remoteId))).toEqual([['1', '3'], ['2']])
})

it('an address at the same host that is no receiver is never taken for one', () => {
  const there = [hook('1a', 'https://sync.example.com/hook')]
  expect(webhookSteps(wanted({ url: NEIGHBOUR }), there).steps).toEqual([REGISTER])
})
