import { z } from 'zod'
import { ALERT_STATES, alertJson, listedAlerts } from '../../activities/shown/alert.ts'
import { ALERT_KINDS } from '../../core/alerts/alert.ts'
import { managing, type Operation } from './operation.ts'

const moment = z.string().meta({ format: 'date-time' })

export const alert = z.strictObject({
  id: z.string(),
  kind: z.enum(ALERT_KINDS),
  subject: z.strictObject({
    type: z.enum(['connection', 'route', 'installation']),
    id: z.string(),
    name: z.string(),
  }),
  count: z.int().nullable().describe('Of what waits or has failed.'),
  state: z.enum(ALERT_STATES).describe('`watched`: it has not lasted long enough to be told.'),
  since: moment,
  toldAt: moment.nullable(),
  remindedAt: moment.nullable(),
  endedAt: moment.nullable(),
  title: z.string(),
  todo: z.string(),
  sent: z.array(
    z.strictObject({
      way: z.enum(['email', 'webhook']),
      outcome: z.enum(['sent', 'unsure', 'given-up', 'waiting']),
      error: z.string().nullable(),
    }),
  ),
})
export const alerts = z.strictObject({ alerts: z.array(alert) })
const query = z.strictObject({
  ended: z.enum(['true', 'false']).default('false').describe('The last ones that are over, too.'),
})

/** Trouble that is told by mail and webhook. */
export const alertOperations: readonly Operation[] = [
  managing({
    id: 'getAlerts',
    method: 'get',
    path: '/alerts',
    tag: 'Alerts',
    summary: 'What is wrong now, since when, and who was told',
    query,
    body: null,
    answers: { 200: { description: 'All of it; of what is over the last 50.', schema: alerts } },
    async run({ administration: { deps }, query: { ended } }) {
      const listed = await listedAlerts(deps.db, { ended: ended === 'true' })
      return { status: 200, body: { alerts: listed.map(alertJson) }, subject: null }
    },
  }),
]
