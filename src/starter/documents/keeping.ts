import { z } from 'zod'
import { ALERT_STATES } from '../../activities/shown/alert.ts'
import * as p from './parts.ts'

/*
 * What commands print that look after the installation: webhooks, alerts, set-up, backups, keys.
 */

const address = z.string().nullable().describe('Where deliveries go; null without PUBLIC_URL.')
const failed = z.array(z.string()).optional().describe('Why this one failed, line by line.')

export const webhookList = z.strictObject({
  connections: z.array(
    z.looseObject({
      connection: z.string(),
      provider: z.string(),
      on: z.boolean(),
      url: address,
      events: z.array(z.string()),
      state: z.string(),
      error: failed,
    }),
  ),
})

const account = z.looseObject({
  connection: z.string(),
  provider: z.string(),
  url: address,
  error: failed,
})
const changed = z.strictObject({ dryRun: z.boolean(), connections: z.array(account) })
export const webhooksRegistered = changed.describe(
  '`steps` of each: what is done; `console`: it is done by hand, in the service’s console.',
)
export const webhooksRemoved = changed.describe('`removed` of each: how many.')

export const webhookRotated = z.strictObject({
  connection: z.string(),
  formerSecretUntil: p.time.nullable().describe('So long the secret before is taken, too.'),
  alike: z.array(z.string()).describe('Other connections that still have the secret before.'),
})

export const webhookTested = z.looseObject({
  connection: z.string(),
  came: z.boolean(),
  about: z.string().nullable(),
  at: p.time.nullable(),
  refused: p.counted.optional().describe('Deliveries whose signature was wrong, meanwhile.'),
  why: z.array(z.string()).optional().describe('Why none may have come.'),
})

export const alertList = z.strictObject({
  alerts: z.array(z.looseObject({ id: z.string(), kind: z.string(), state: z.enum(ALERT_STATES) })),
  ways: z
    .strictObject({ email: z.boolean(), webhook: z.boolean() })
    .describe('Those that are configured here.'),
})

export const alertTested = z.strictObject({
  ways: z.array(z.looseObject({ way: z.enum(['email', 'webhook']), outcome: z.string() })),
  message: z.unknown().optional().describe('With `--dry-run`: as the webhook would get it.'),
})

export const setUp = z.strictObject({
  route: z.string(),
  state: p.routeState,
  policy: p.policy,
  accounts: z.array(
    z.looseObject({ connection: z.string(), provider: z.string(), state: p.connectionState }),
  ),
  preview: z
    .unknown()
    .describe('What the first sync would write, as `plan` prints it; null once it has begun.'),
  begun: z.boolean(),
  settled: z.boolean(),
})

export const dealsProposed = z.looseObject({
  route: z.string(),
  file: z.unknown().describe('As `route edit` reads it.'),
})

const kept = {
  takenAt: p.time,
  schema: p.counted.describe('Number of its last migration.'),
  tables: p.counted,
  rows: p.counted,
}
export const backedUp = z.strictObject({ file: z.string(), bytes: p.counted, ...kept })
export const restored = z.strictObject({
  ...kept,
  withoutCredentials: z.array(z.string()).describe('Connections that need theirs anew.'),
  written: z.boolean(),
})

export const keysRotated = z.strictObject({
  made: z.boolean().describe('A new key was made here.'),
  resealed: z.array(z.string()).describe('Connections.'),
  closed: z.array(z.string()).describe('Connections whose credentials none of the keys opens.'),
  unknown: z.array(z.string()).describe('Connections whose configured credentials are not known here.'),
  dropped: z.boolean().describe('The older keys are gone from the file.'),
  written: z.boolean(),
})

export const migrated = z.strictObject({
  from: p.counted,
  to: p.counted,
  written: z.boolean(),
})
