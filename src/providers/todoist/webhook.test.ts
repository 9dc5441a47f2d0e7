import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { webhooks } from './webhook.ts'

const body = Buffer.from('{"event_name":"item:updated","user_id":"39768711"}')
const digest = createHmac('sha256', 'secret').update(body).digest()
const signed = (signature: string) => ({ 'x-todoist-hmac-sha256': signature })

describe('verify', () => {
  const base64 = digest.toString('base64')

  it('takes base64 of the right bytes', () => {
    expect(webhooks.verify(body, signed(base64), 'secret')).toBe(true)
    expect(webhooks.verify(body, { 'X-Todoist-Hmac-SHA256': base64 }, 'secret')).toBe(true)
  })

  it.each([
    ['hex', signed(digest.toString('hex')), 'secret'],
    ['another secret', signed(base64), 'other'],
    ['an empty secret', signed(createHmac('sha256', '').update(body).digest('base64')), ''],
    ['a short signature', signed('abcd'), 'secret'],
    ['no signature', {}, 'secret'],
  ])('refuses %s', (_, headers, secret) => {
    expect(webhooks.verify(body, headers, secret)).toBe(false)
  })

  it('refuses other bytes', () => {
    expect(webhooks.verify(Buffer.from('{}'), signed(base64), 'secret')).toBe(false)
  })
})

describe('toNudge', () => {
  const event = (event_name: string, event_data: unknown = { id: 't1' }) => ({
    event_name,
    user_id: 39768711,
    event_data,
  })
  const headers = { 'x-todoist-delivery-id': 'd1' }

  it('names the task, the account and the delivery', () => {
    expect(webhooks.toNudge(event('item:updated'), headers)).toEqual({
      about: 'tasks',
      deliveryId: 'd1',
      account: '39768711',
      ids: ['t1'],
      made: false,
      deleted: false,
    })
    expect(webhooks.toNudge(event('item:added'), headers)).toMatchObject({ ids: ['t1'], made: true })
    expect(webhooks.toNudge(event('item:deleted'), headers)).toMatchObject({ ids: ['t1'], deleted: true })
  })

  it('asks for a pull when a project or section changed', () => {
    expect(webhooks.toNudge(event('section:deleted'), headers)).toMatchObject({ ids: [], deleted: false })
    expect(webhooks.toNudge(event('project:archived', null), headers)).toMatchObject({ ids: [] })
  })

  it('says that it is about comments, and takes no id from it', () => {
    expect(webhooks.toNudge(event('note:added'), headers)).toMatchObject({ about: 'comments', ids: [] })
    expect(webhooks.toNudge(event('note:updated', null), headers)).toMatchObject({ about: 'comments' })
  })

  it.each(['label:updated', 'filter:added', 'reminder:fired', 'new:thing'])('has no use for %s', (name) => {
    expect(webhooks.toNudge(event(name), headers)).toBeNull()
  })

  it('tells deliveries without an id apart by their bodies', () => {
    const [a, b, again] = ['1', '2', '1'].map(
      (id) => webhooks.toNudge(event('item:added', { id }), {})?.deliveryId,
    )
    expect(a).toBe(again)
    expect(a).not.toBe(b)
  })

  it.each([null, [], 'text', { event_name: 'item:added' }, event('item:added', {})])(
    'refuses %j',
    (malformed) => {
      expect(() => webhooks.toNudge(malformed, headers)).toThrow(expect.objectContaining({ kind: 'invalid' }))
    },
  )
})
