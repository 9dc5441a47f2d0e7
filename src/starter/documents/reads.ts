import { z } from 'zod'
import { FINDING_STATES } from '../doctor/finding.ts'
import { PROBE_STATES } from '../write-test/probe.ts'
import * as p from './parts.ts'

const writes = z.strictObject({
  created: p.counted,
  updated: p.counted,
  completed: p.counted,
  deleted: p.counted,
})

export const status = z.strictObject({
  settled: z.boolean(),
  routes: z.array(
    z.looseObject({
      route: z.string(),
      state: p.routeState,
      pairs: p.counted,
      pending: p.counted,
      waiting: p.counted,
      failed: p.counted,
      rolledBack: p.counted.optional(),
      broken: p.counted.optional(),
      stopped: z.strictObject({ at: p.time, counted: p.counted, limit: p.counted }).optional(),
      deals: z.unknown().optional(),
      notes: z.unknown().optional(),
      propertyFacts: z.unknown().optional(),
    }),
  ),
  connections: z.array(
    z.strictObject({
      connection: z.string(),
      provider: z.string(),
      state: p.connectionState,
      lastPullAt: p.time.nullable(),
      lag: z.number().nullable().describe('Seconds since the last complete look.'),
      note: z.string().optional(),
    }),
  ),
  teams: z.array(z.unknown()).optional(),
})

export const syncOnce = z.strictObject({
  settled: z.boolean(),
  routes: z.array(
    z.strictObject({
      route: z.string(),
      left: writes,
      right: writes,
      linked: p.counted,
      waiting: p.counted,
      failed: p.counted,
      ambiguous: p.counted,
    }),
  ),
  requests: z
    .record(z.string(), z.strictObject({ read: p.counted, write: p.counted }))
    .describe('By connection.'),
  seconds: z.number(),
})

export const plan = z.looseObject({
  writes: z.array(
    z.looseObject({
      pair: z.string(),
      side: p.side,
      verb: z.enum(['create', 'update', 'delete']),
      fields: p.fields,
    }),
  ),
  linked: p.counted,
  ambiguous: z.array(z.unknown()),
  outOfScope: p.counted,
  lossy: z.unknown().describe('How many tasks hold a field that the other side has no place for, by side.'),
})

export const explain = z.strictObject({
  tasks: z.array(
    z.looseObject({
      pair: p.id,
      title: p.title,
      route: z.string(),
      routeState: p.routeState,
      memory: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      error: z.string().nullable(),
      left: z.unknown(),
      right: z.unknown(),
      next: z.unknown(),
      conflicts: z.array(p.conflict),
      ops: z.array(p.op),
    }),
  ),
  outside: z.array(z.unknown()).describe('What services say of a task that the record does not know.'),
})

export const conflicts = z.strictObject({
  conflicts: z.array(p.conflict),
  waiting: z.array(
    z.looseObject({
      pair: p.id,
      title: p.title,
      route: z.string(),
      state: z.string(),
      reason: z.string().nullable(),
      error: z.string().nullable(),
      why: z.string(),
      todo: z.string(),
    }),
  ),
  rolledBack: z.array(p.rollback),
  brokenMappings: z.array(z.looseObject({ mapping: p.id, side: p.side, state: z.string() })),
})

export const log = p.op.describe('One line for each write.')

export const routeList = z.strictObject({
  routes: z.array(
    z.strictObject({
      route: z.string(),
      left: z.string().describe('Name of the connection.'),
      right: z.string().describe('Name of the connection.'),
      state: p.routeState,
      direction: p.direction,
      conflicts: z.string(),
      deletes: z.strictObject({ left: z.string(), right: z.string() }),
      zone: z.string(),
      assignees: z.unknown(),
      deals: z.unknown(),
      pairs: p.counted,
      pending: p.counted,
    }),
  ),
})

export const mapList = z.strictObject({
  mappings: z.array(
    z.looseObject({
      mapping: p.id,
      route: z.string(),
      left: z.string().describe('Id of the list at its service.'),
      right: z.string().describe('Id of the list at its service.'),
      leftName: z.string().nullable(),
      rightName: z.string().nullable(),
      direction: p.direction,
      names: z.enum(['own', 'left', 'right']),
      broken: z.unknown().describe('Null unless a list of it is deleted or archived.'),
      pending: p.counted,
      waiting: p.counted,
      failed: p.counted,
    }),
  ),
})

export const connectList = z.strictObject({
  connections: z.array(
    z.looseObject({
      connection: z.string(),
      provider: z.string(),
      baseUrl: z.string(),
      state: p.connectionState,
      stateSince: p.time,
      webhooks: z.boolean(),
      lastPullAt: p.time.nullable(),
      leaving: z.unknown().optional().describe('How far its cleaning is, while it is being removed.'),
    }),
  ),
})

export const connectLists = z.strictObject({
  connection: z.string(),
  lists: z.array(z.strictObject({ id: z.string(), name: z.string() })),
})

export const dealsList = z.strictObject({ deals: z.array(p.deal), problems: z.array(z.string()) })

export const dealsFields = z.strictObject({
  route: z.string(),
  fields: z.array(z.strictObject({ field: z.string(), label: z.string(), kind: z.string() })),
  proposed: z.record(z.string(), z.string().nullable()).describe('What each of ours is probably held by.'),
  used: z.record(z.string(), z.string().nullable()).nullable(),
  applied: z.boolean(),
})

export const dealsChecklists = z.looseObject({
  route: z.string(),
  checklists: z.array(
    z.looseObject({
      name: z.string(),
      stage: z.string().nullable(),
      stageId: z.string(),
      items: z.array(z.strictObject({ title: z.string(), due: z.string().nullable() })),
    }),
  ),
})

export const dealsLabels = z.strictObject({
  route: z.string(),
  labels: z.array(
    z.looseObject({
      name: z.string(),
      kind: z.string(),
      color: z.string(),
      there: z.boolean(),
      made: z.boolean(),
    }),
  ),
})

const finding = z.strictObject({
  check: z.string(),
  about: z.string(),
  state: z.enum(FINDING_STATES),
  found: z.string(),
  todo: z.string().nullable(),
  mendable: z.boolean().describe('`--fix` can mend it.'),
  mended: z.string().nullable(),
  failed: z.string().nullable().describe('Why it could not be mended.'),
})
const probe = z.strictObject({
  connection: z.string(),
  fact: z.string(),
  state: z.enum(PROBE_STATES),
  words: z.string(),
  ms: z.number().nullable(),
})
export const doctor = z.union([
  z.strictObject({ ok: z.boolean(), findings: z.array(finding) }),
  z.strictObject({ probes: z.array(probe) }).describe('With `--write-test`.'),
])
