import { z } from 'zod'
import { DIRECTIONS, SIDES } from '../../core/policy.ts'
import { CONNECTION_STATES } from '../../store/connections.ts'
import { ROUTE_STATES } from '../../store/routes.ts'

/*
 * What several documents of `--json` have in them. Descriptions stand in docs/json.md.
 */

export const time = z.string().describe('UTC, ISO 8601.')
export const id = z.string().describe('A number as text.')
export const side = z.enum(SIDES)
export const direction = z.enum(DIRECTIONS)
export const routeState = z.enum(ROUTE_STATES)
export const connectionState = z.enum(CONNECTION_STATES)
export const title = z.string().nullable().describe('Of the task; null where nobody knows it.')
export const counted = z.number()
export const value = z.unknown()
export const fields = z.record(z.string(), z.unknown()).describe('Values by the names of fields.')
export const policy = z
  .looseObject({ zone: z.string(), direction })
  .describe('What the route does, as the record keeps it; as a file, `route edit` shows it.')

/** A write that is planned, or was decided. */
export const write = z.looseObject({ side })

export const conflict = z.looseObject({
  id: z.string(),
  kind: z.enum(['field', 'home', 'ambiguous', 'person']),
  pair: z.string().nullable(),
  field: z.string().nullable(),
  base: value,
  left: value,
  right: value,
  decision: z.string().nullable().describe('Null while it waits for you.'),
  at: time,
})

export const op = z.looseObject({
  op: id.nullable().describe('What `undo` takes; null of a note.'),
  at: time,
  route: z.string(),
  pair: z.string().nullable().describe('Null of a write to a project, list or section.'),
  side,
  verb: z.enum(['create', 'update', 'delete']),
  status: z.enum(['planned', 'sent', 'unknown', 'confirmed', 'refused']),
  before: value,
  after: value,
  cause: z.string(),
  error: value,
})

export const rollback = z.strictObject({
  pair: id,
  op: id,
  side,
  fields: value,
  at: time,
  by: z.string().describe('The service that refused it.'),
  reason: z.string(),
})

export const deal = z.looseObject({
  deal: z.string(),
  name: z.string(),
  route: z.string(),
  stage: z.string(),
  tasks: counted.describe('Open ones.'),
  state: z.string(),
  reason: z.string().nullable(),
  pending: z.boolean(),
})
