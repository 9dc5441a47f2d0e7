import { expect, test } from 'vitest'
import { WEBHOOKS } from '../src/providers/follow-up-boss/webhook.ts'
import { webhooks } from '../src/providers/todoist/webhook.ts'
import { deliveryLoad } from './delivery-load.ts'
import { SECRETS } from './stand.ts'

const load = deliveryLoad(600, 1, { followUpBoss: ['1', '2'], todoist: ['a', 'b'] })

test('a third is forged or doubled, and each doubled one was sent before', () => {
  const of = (kind: string) => load.filter((one) => one.kind === kind)
  expect([of('valid').length, of('forged').length, of('doubled').length]).toEqual([400, 100, 100])
  for (const [at, one] of load.entries())
    if (one.kind === 'doubled')
      expect(load.slice(0, at).some((before) => before.kind === 'valid' && before.id === one.id)).toBe(true)
})

test('signatures are good or not, as it says, and the services’ events', () => {
  for (const { kind, path, body, headers, id } of load) {
    const [service, secret] =
      path === '/webhook/todoist' ? [webhooks, SECRETS.todoist] : [WEBHOOKS, SECRETS.followUpBoss]
    expect(service.verify(Buffer.from(body), headers, secret)).toBe(kind !== 'forged')
    expect(service.toNudge(JSON.parse(body), headers)).toMatchObject({ deliveryId: id, about: 'tasks' })
  }
})
