import { z } from 'zod'
import { assigneeInput } from '../../config/assignee-input.ts'
import { dealInput } from '../../config/deal-input.ts'
import { DEAL_FACTS } from '../../core/deal-field-proposal.ts'
import { NAME_RULES } from '../../core/list-map.ts'
import { ASSIGNEE_SCOPES, CONFLICT_RULES, DELETE_RULES, DIRECTIONS, SIDES } from '../../core/policy.ts'
import { LAYOUTS } from '../../core/stage-homes.ts'
import { CONNECTION_STATES } from '../../store/connections.ts'
import { ROUTE_STATES } from '../../store/routes.ts'
import { SYNC_OUTCOMES } from '../../store/syncs.ts'

/*
 * What requests about connections, routes, mappings and syncs hold, and what answers show. No answer has a place for
 * credentials.
 */

const MOST = 200
const PAGE = 50
const MAX_NAME = 100
const MAX_SECRET = 10_000
const DAY_SECONDS = 86_400

export const numberedId = z.string().regex(/^[1-9]\d{0,17}$/u, 'is the id of an answer')

const name = z
  .string()
  .trim()
  .min(1)
  .max(MAX_NAME)
  .regex(/^\P{Cc}*$/u, 'is one line, without control characters')
const moment = z.string().meta({ format: 'date-time' })
const told = z
  .boolean()
  .describe('False: it is kept, and taken up once Temporal and a worker run; nobody could be told now.')

export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(MOST).default(PAGE),
  cursor: z.string().max(100).optional().describe('`nextCursor` of the page before.'),
})
const nextCursor = z.string().nullable().describe('For the next page; null on the last one.')

const credentials = z
  .record(z.string().max(MAX_NAME), z.string().max(MAX_SECRET))
  .describe("Secrets by the provider's names. They are sealed, and never shown.")
  .meta({ writeOnly: true })
const baseUrl = z
  .url({ protocol: /^[a-z]+$/u })
  .max(2_000)
  .describe("The server's address, where it is not the service's own; without user name and password.")
const pollSeconds = z.number().positive().max(DAY_SECONDS).describe('Time between two looks.')

export const newConnection = z.strictObject({
  name,
  provider: z.string().max(MAX_NAME).describe('Its kind, e.g. `todoist`, `caldav`, `local`.'),
  baseUrl: baseUrl.optional(),
  credentials: credentials.default({}),
  pollSeconds: pollSeconds.default(30),
})
export const connectionEdit = z
  .strictObject({
    name,
    baseUrl,
    credentials: credentials.describe(
      'Those that are given take the place of the old ones; the others stay.',
    ),
    pollSeconds,
    state: z
      .enum(['ok', 'paused'])
      .describe('`paused`: nobody looks or writes there. `ok`: it goes on, and its key is tried.'),
  })
  .partial()

export const connection = z.strictObject({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  baseUrl: z.string(),
  state: z.enum(CONNECTION_STATES),
  stateSince: moment,
  note: z.string().nullable().describe('Why it is not ok.'),
  pollSeconds: z.number(),
  webhooks: z.boolean(),
  zone: z.string().nullable().describe("The account's time zone, where its service says so."),
  lastPullAt: moment.nullable(),
  lastCompleteAt: moment.nullable(),
})
export type ShownConnection = z.infer<typeof connection>
export const connectionPage = z.strictObject({ connections: z.array(connection), nextCursor })
export const connectedConnection = connection.extend({
  back: z.boolean().describe('It was connected before, and goes on where it was.'),
  told,
})
export const changedConnection = connection.extend({ told })
export const removedConnection = z.strictObject({
  id: z.string(),
  routes: z.array(z.string()).describe('Names of the routes that went with it.'),
  told,
})
export const removeQuery = z.strictObject({
  clean: z
    .enum(['true', 'false'])
    .optional()
    .describe(
      'Take back first what Dealbridge wrote into the account; a workflow does it, and removes the connection then.',
    ),
  forget: z
    .enum(['true', 'false'])
    .optional()
    .describe('Forget the words of its tasks soon, and not only after a time.'),
})
export const leavingConnection = removedConnection.extend({
  workflowId: z.string().describe('Who takes back what Dealbridge wrote.'),
})
export const remoteLists = z.strictObject({
  lists: z.array(z.strictObject({ id: z.string(), name: z.string(), parent: z.string().nullable() })),
})

const rules = {
  direction: z.enum(DIRECTIONS),
  conflicts: z.enum(CONFLICT_RULES).describe('Which edit wins.'),
  deletes: z
    .strictObject({ left: z.enum(DELETE_RULES), right: z.enum(DELETE_RULES) })
    .partial()
    .describe('What a deletion on that side does on the other.'),
  zone: z.string().max(64).describe('IANA name, in which its user reads wall clocks.'),
  assignees: assigneeInput,
  deals: dealInput
    .nullable()
    .describe('How tasks are filed by deals; what is left out stays. null: all lie in General.'),
  comments: z.boolean().describe('Whether comments in the task app become notes on the person in the CRM.'),
  notes: z.boolean().describe('Whether each task has a note on its person in the CRM that tells of it.'),
}
export const routeEdit = z.strictObject(rules).partial()
export const newRoute = routeEdit.extend({
  name,
  left: numberedId.describe(
    'A connection. A CRM is always on the left, whichever way round they are named, and a route that was removed has the sides it had. What the request says of left and right is turned round then.',
  ),
  right: numberedId,
})
export type RouteEdit = z.infer<typeof routeEdit>

const count = z.int()
const stageHome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('create'), name: z.string().nullable() }),
  z.strictObject({ kind: z.literal('use'), project: z.string() }),
  z.strictObject({ kind: z.literal('same-as'), stage: z.string() }),
  z.strictObject({ kind: z.literal('none') }),
])
const filing = z.strictObject({
  stages: z.record(z.string(), stageHome).describe('By stage id; others as `others` says.'),
  general: z.string(),
  layout: z.enum(LAYOUTS),
  others: z.enum(['create', 'general']),
  eager: z.boolean().describe('Sections are made with their deals, not with the first task.'),
  fields: z.record(z.enum(DEAL_FACTS), z.string().nullable()),
  templates: z
    .record(z.string(), z.strictObject({ stage: z.string(), items: z.int() }))
    .describe('Its checklists by name: the stage’s id, and how many tasks are in each.'),
  labels: z
    .strictObject({
      counties: z.record(z.string(), z.string()).nullable(),
      dealTypes: z.record(z.string(), z.string()).nullable(),
    })
    .describe('Its tables of labels; null: none, or the usual one.'),
  propertyFacts: z
    .strictObject({
      file: z.string(),
      address: z.string().nullable(),
      city: z.string().nullable(),
      deal: z.string().nullable(),
      show: z.array(z.string()).nullable(),
    })
    .nullable(),
})
export const route = z.strictObject({
  id: z.string(),
  name: z.string(),
  left: z.string(),
  right: z.string(),
  state: z.enum(ROUTE_STATES),
  filledAt: moment.nullable().describe('The end of its first sync.'),
  direction: z.enum(DIRECTIONS),
  conflicts: z.enum(CONFLICT_RULES),
  deletes: z.strictObject({ left: z.enum(DELETE_RULES), right: z.enum(DELETE_RULES) }),
  zone: z.string(),
  assignees: z
    .union([z.enum(ASSIGNEE_SCOPES), z.strictObject({ only: z.array(z.string()), unassigned: z.boolean() })])
    .describe('Whose tasks of the CRM it has; agents by id.'),
  deals: filing.nullable().describe('How its tasks are filed by deals; null where they are not.'),
  comments: z.boolean().describe('Whether comments in the task app become notes on the person in the CRM.'),
  notes: z.boolean().describe('Whether each task has a note on its person in the CRM that tells of it.'),
  pairs: count,
  pending: count,
  waiting: count.describe('Tasks that wait for a person.'),
  failed: count,
  stopped: z
    .strictObject({ at: moment, counted: count, limit: count })
    .nullable()
    .describe('So many tasks would have ended within ten minutes, where so many may.'),
})
export type ShownRoute = z.infer<typeof route>
export const routePage = z.strictObject({ routes: z.array(route), nextCursor })
export const addedRoute = route.extend({ back: z.boolean().describe('It was there before.') })
export const changedRoute = route.extend({ told })
export const removedRoute = z.strictObject({
  id: z.string(),
  mappings: count.describe('How many mappings went with it.'),
})
export const resumeQuery = z.strictObject({
  once: z
    .enum(['true', 'false'])
    .default('false')
    .describe('Let through what a stopped route would end now, and nothing beside that.'),
})

const names = z
  .enum(NAME_RULES)
  .describe('`left`, `right`: the list of the other side follows the name of that one. `own`: neither.')
export const newMapping = z.strictObject({
  route: numberedId,
  left: z.string().min(1).max(1_000).describe('A list of the left, by id or name.'),
  right: z.string().min(1).max(1_000).describe('A list of the right, by id or name.'),
  direction: z.enum(DIRECTIONS).default('both'),
  names: names.default('own'),
})
export const mappingEdit = z.strictObject({ direction: z.enum(DIRECTIONS), names }).partial()
export const mappingQuery = pageQuery.extend({
  route: numberedId.optional().describe('Of this route alone.'),
})
export const mapping = z.strictObject({
  id: z.string(),
  route: z.string(),
  left: z.string().describe('The id of a list.'),
  right: z.string(),
  direction: z.enum(DIRECTIONS),
  names,
  broken: z
    .strictObject({ side: z.enum(SIDES), state: z.enum(['archived', 'gone']) })
    .nullable()
    .describe('The side whose list is archived or deleted at its service; null while both are there.'),
  inStep: z.boolean().describe('Nothing of it is left to do.'),
  lastSyncAt: moment
    .nullable()
    .describe(
      'In step: the last look at both accounts. Else when a task of its lists was last written or found equal.',
    ),
  lastError: z.string().nullable().describe('What stands in its way; null for nothing.'),
  pending: count,
  waiting: count.describe('Tasks of its lists that wait for a person.'),
  failed: count,
})
export const mappingPage = z.strictObject({ mappings: z.array(mapping), nextCursor })
export const changedMapping = mapping.extend({ told })
export const removedMapping = z.strictObject({ id: z.string(), told })

export const pushQuery = z.strictObject({
  route: z.string().optional().describe('Only this route.'),
  list: z.string().optional().describe('Only this list of your own.'),
})
export const started = z.strictObject({
  workflowId: z.string(),
  runId: z
    .string()
    .describe(
      "The sync's id, by which `GET /syncs/{id}` tells of it. Requests that join a sync get the same one.",
    ),
})
export const routeWork = z.strictObject({
  workflowId: z.string().describe('Who goes on with it.'),
  changed: z.boolean().describe('False when it was so before.'),
  told,
  route,
})

const trouble = z.strictObject({
  kind: z.enum(['route', 'connection']),
  id: z.string(),
  state: z.union([z.enum(ROUTE_STATES), z.enum(CONNECTION_STATES)]),
})
const run = {
  beganAt: moment,
  endedAt: moment.nullable(),
  outcome: z
    .enum(SYNC_OUTCOMES)
    .nullable()
    .describe(
      '`settled`: all is in step. `held`: a route or connection is paused, stopped or not begun. `failed`: a service did not answer, or refused its key. `unsettled`: it took too long, and goes on by itself.',
    ),
  trouble: z.array(trouble).describe('What kept it from doing all.'),
  written: z.strictObject({
    created: count,
    updated: count,
    completed: count,
    deleted: count,
    refused: count,
  }),
}
export const syncRun = z.strictObject(run)
const taskState = z.enum(['ok', 'conflict', 'waiting', 'error']).describe('How it stands now.')
const refusal = {
  reason: z.string().nullable(),
  message: z.string().nullable().describe('What the service said to its last refused write.'),
  hint: z.string().nullable(),
  at: moment.nullable(),
}
export const sync = z.strictObject({
  id: z.string(),
  workflowId: z.string(),
  state: z
    .enum(['running', 'ended', 'lost'])
    .describe('`lost`: its workflow was ended by somebody; what was left goes on by itself.'),
  ...run,
  routes: z.array(z.string()).describe('Those that it is about, as they are now.'),
  errors: z
    .array(
      z.strictObject({
        pair: z.string(),
        route: z.string(),
        left: z.string().nullable().describe('The task on the left.'),
        right: z.string().nullable(),
        state: taskState,
        ...refusal,
      }),
    )
    .describe(
      'Tasks that wait or have failed now, and those of which it had a write refused; the first 200.',
    ),
})
export type ShownSync = z.infer<typeof sync>
export const syncStatus = z.strictObject({
  workflowId: z.string(),
  running: z.boolean(),
  current: syncRun.nullable(),
  last: syncRun.nullable().describe('The last one that has ended.'),
  routes: z.array(z.string()).describe('Those by which tasks of your own flow there.'),
  counts: z.strictObject({ tasks: count, pending: count, waiting: count, failed: count }),
  errors: z
    .array(
      z.strictObject({
        pair: z.string(),
        route: z.string(),
        task: z.string().nullable().describe('The task of your own.'),
        state: taskState,
        ...refusal,
      }),
    )
    .describe(
      'Tasks that wait or have failed, and those of which the last sync had a write refused; the first 200.',
    ),
})
