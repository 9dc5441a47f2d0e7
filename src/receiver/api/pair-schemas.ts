import { z } from 'zod'
import { SKIP_REASONS } from '../../core/decision.ts'
import { SIDES } from '../../core/policy.ts'
import { CONFLICT_KINDS } from '../../store/conflicts.ts'
import { OP_STATUSES } from '../../store/ops.ts'
import { numberedId, pageQuery } from './administration-schemas.ts'

/* What requests about pairs, conflicts and writes hold, and what answers show. */

const moment = z.string().meta({ format: 'date-time' })
const text = z.string().min(1).max(1_000)
const field = z.string().min(1).max(100)
const flag = z.enum(['true', 'false'])
const values = z.record(z.string(), z.unknown()).describe('Values by field.')
const nextCursor = z.string().nullable().describe('For the next page; null on the last one.')
const told = z
  .boolean()
  .describe('False: it is kept, and taken up once Temporal and a worker run; nobody could be told now.')
const changed = z.boolean().describe('False when it was so before, and nothing was done.')

export const PAIR_STATES = ['ok', 'conflict', 'waiting', 'error'] as const
const pairState = z
  .enum(PAIR_STATES)
  .describe('`conflict`, `waiting`: for a person. `error`: a service refused a write for good.')
const error = z
  .strictObject({ kind: z.string(), message: z.string(), hint: z.string().nullable() })
  .nullable()
  .describe('What the service said.')

export const pairQuery = pageQuery.extend({
  route: numberedId.optional().describe('Of this route alone.'),
  state: z.enum(PAIR_STATES).optional(),
  pending: flag.optional().describe('Whether something is still to be done about it.'),
  task: text.optional().describe('With this task, by its id on either side, now or once.'),
  deal: text.optional().describe('Of this deal, by the CRM’s id.'),
  person: text.optional().describe('Of this person, by the CRM’s id.'),
})

const listedSide = z
  .strictObject({
    connection: z.string(),
    provider: z.string(),
    task: z.string().describe('Its id there.'),
    presence: z.enum(['present', 'gone', 'unknown']).describe('`unknown`: nobody can say now.'),
    link: z
      .string()
      .nullable()
      .describe('Where its user opens it, or its person where tasks have no page; null where there is none.'),
  })
  .nullable()
const pairFields = {
  id: z.string(),
  route: z.string(),
  title: z.string().nullable(),
  completed: z.boolean(),
  memory: z.enum(['new', 'linked', 'ending', 'unlinked', 'closed']),
  state: pairState,
  reason: z.enum(SKIP_REASONS).nullable().describe('Why it is left alone.'),
  error: z.string().nullable().describe('What a service said to the last refused write.'),
  person: z.string().nullable(),
  deal: z.string().nullable(),
  overrides: z.array(z.string()).describe('Fields that are left as they are on each side.'),
  syncVersion: z.int().describe('Counts how often both sides were confirmed equal.'),
  lastSyncedAt: moment.nullable(),
  pending: z.boolean().describe('Something is still to be done about it.'),
  left: listedSide,
  right: listedSide,
}
export const pair = z.strictObject(pairFields)
export type ShownPair = z.infer<typeof pair>
export const pairPage = z.strictObject({ pairs: z.array(pair), nextCursor })

export const op = z.strictObject({
  op: z.string(),
  at: moment.describe('When it was closed; of an open one, planned.'),
  route: z.string().describe('Its name.'),
  pair: z.string().nullable().describe('Null of a project or section.'),
  container: z.enum(['section', 'project', 'list']).optional(),
  deal: z.string().nullable().optional(),
  name: z.string().optional(),
  side: z.enum(SIDES),
  verb: z.enum(['create', 'update', 'delete']),
  status: z.enum(OP_STATUSES),
  before: values.nullable(),
  after: values,
  cause: z.string(),
  error,
  refusal: error,
  undoneAt: moment.nullable(),
})
export const opQuery = pageQuery.extend({
  pair: numberedId.optional(),
  route: numberedId.optional(),
  status: z.enum(OP_STATUSES).optional(),
  side: z.enum(SIDES).optional(),
  since: z.iso.datetime({ offset: true, error: 'is an instant such as 2027-01-31T15:30:00Z' }).optional(),
  dropped: flag.default('false').describe('Also what was planned anew before it was sent.'),
})
export const opPage = z.strictObject({ ops: z.array(op), nextCursor })

const conflictFields = {
  id: z.string(),
  kind: z.enum(CONFLICT_KINDS),
  pair: z.string().nullable().describe('Null of a section that is gone.'),
  field: z.string().nullable(),
  base: z.unknown().describe('What each side held before; of several tasks, which they are.'),
  left: z.unknown(),
  right: z.unknown(),
  decision: z.string().nullable().describe('Null while it waits for a person.'),
  at: moment,
}
const bareConflict = z.strictObject(conflictFields)
export const conflict = z.strictObject({
  ...conflictFields,
  route: z.string().describe('Its id.'),
  title: z.string().nullable().describe('Of the task; of a section that is gone, the deal’s name.'),
  deal: z.string().optional().describe('Of a section that is gone.'),
  section: z.string().nullable().optional(),
  project: z.string().nullable().optional(),
  deleted: z.boolean().optional().describe('Else it was archived.'),
  tasks: z.int().optional().describe('How many went with the section.'),
})
export const conflictQuery = pageQuery.extend({
  pair: numberedId.optional(),
  decided: flag.default('false').describe('Decided ones too.'),
})
export const conflictPage = z.strictObject({ conflicts: z.array(conflict), nextCursor })

const knownSide = z
  .strictObject({
    remoteId: z.string(),
    presence: z.enum(['present', 'gone', 'unknown']),
    seenAt: moment,
    task: values,
    outside: z.string().nullable().describe('The rule that keeps it out of the route.'),
    link: z.string().nullable(),
  })
  .nullable()
const change = z.array(z.strictObject({ side: z.enum(SIDES), field: z.string() }))
export const wholePair = z.strictObject({
  ...pairFields,
  left: knownSide,
  right: knownSide,
  next: z
    .looseObject({ kind: z.enum(['held', 'now', 'writing', 'later', 'change', 'rest']) })
    .describe('What happens next, as `explain` says it.'),
  former: z.array(z.string()).describe('Ids of tasks that it had once.'),
  open: z.array(
    z.strictObject({
      op: z.string(),
      side: z.enum(SIDES),
      verb: z.string(),
      status: z.string(),
      after: values,
    }),
  ),
  conflicts: z.array(bareConflict).describe('The last five.'),
  ops: z
    .array(op)
    .describe('Its last 50 writes, newest first; `GET /ops?pair=` gives all of them page by page.'),
  notCarried: change.describe('Changes that the route does not carry to the other side.'),
  shownFirst: change.describe('Changes that are shown at once, and that the other side has not confirmed.'),
  standing: z.array(z.looseObject({ field: z.string() })).describe('Differences that were given up.'),
})

export const pairEdit = z.strictObject({
  overrides: z
    .array(field)
    .max(100)
    .describe('Exactly these fields are left as they are on each side; all others are kept in step.'),
})
export const pairWork = z.strictObject({
  workflowId: z.string().describe('Who goes on with it.'),
  pair: z.string(),
  changed,
  told,
})
export const editedPair = z.strictObject({ ...pairFields, changed, told })

export const answer = z
  .union([
    z.strictObject({
      choice: z
        .string()
        .min(1)
        .max(1_000)
        .describe(
          '`left`, `right`, `base`; of several tasks the id of one, or `none`; of a section that is gone `restore` or `let-go`.',
        ),
    }),
    z.strictObject({
      value: z.string().max(100_000).describe('Another value, as one types it, e.g. 2026-12-01.'),
    }),
  ])
  .describe('One of both.')
export const resolved = z.strictObject({
  workflowId: z.string().describe('Who goes on with it.'),
  conflict: z.string(),
  pairs: z.array(z.string()).describe('Whose tasks are looked at now.'),
  left: z
    .array(z.string())
    .describe('Of a section that comes back: pairs that cannot be linked again; `explain` says why.'),
  decision: z.string(),
  changed,
  told,
})
