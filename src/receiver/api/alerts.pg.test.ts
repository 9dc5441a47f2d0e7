import { expect, it } from 'vitest'
import { administrationHeard } from '../../../test/receiver/administration.ts'
import { callsOf } from '../../../test/receiver/api.ts'
import { openTestRecord } from '../../../test/store/record.ts'
import { createApi } from './api.ts'

it('GET /alerts tells what is wrong now, and when asked what is over', async () => {
  await using record = await openTestRecord()
  const administration = administrationHeard(record.db, [])
  const call = callsOf(createApi({ db: record.db, nudge: () => undefined, administration }, '/api/v1'))
  await record.db`
    insert into alert (kind, about, subject, name, since, found_at, due_at, told_at, ended_at, end_told_at) values
      ('unreachable', 'connection', '2', 'todoist', clock(), clock(), clock(), clock(), null, null),
      ('key-refused', 'connection', '1', 'fub', clock(), clock(), clock(), clock(), clock(), clock())`
  await record.db`
    insert into alert_message (way, content, outcome, closed_at)
    select 'email', jsonb_build_object('alerts', jsonb_build_array(jsonb_build_object('alert', id::text))), 'sent', clock()
    from alert where kind = 'unreachable'`
  const open = await call('GET', '/alerts')
  expect(open).toMatchObject({
    status: 200,
    body: {
      alerts: [
        {
          kind: 'unreachable',
          state: 'open',
          subject: { type: 'connection', id: '2', name: 'todoist' },
          title: 'todoist does not answer',
          sent: [{ way: 'email', outcome: 'sent', error: null }],
        },
      ],
    },
  })
  const all = await call<{ alerts: { state: string }[] }>('GET', '/alerts?ended=true')
  expect(all.body.alerts.map(({ state }) => state)).toEqual(['open', 'over'])
})
