import { z } from 'zod'
import * as p from './parts.ts'

/*
 * What commands that change something print. With --dry-run it is what they would have done.
 */

export const resolved = z.union([
  z.strictObject({
    conflict: p.id,
    pair: p.id,
    title: p.title,
    decision: z.string(),
    writes: z.array(p.write),
    task: z.boolean().describe('It was asked which task it is.'),
  }),
  z.strictObject({ resolved: z.unknown() }).describe('Of the section of a deal.'),
])

export const overridden = z.strictObject({
  pair: p.id,
  title: p.title,
  field: z.string(),
  overridden: z.boolean(),
  held: z.strictObject({ left: p.value, right: p.value }),
  changed: z.boolean(),
})

const relinkedOne = z.strictObject({
  pair: p.id,
  title: p.title,
  changed: z.boolean(),
  remade: p.side.nullable(),
  writes: z.array(p.write),
})
export const relinked = z.union([
  relinkedOne,
  z
    .strictObject({
      pairs: z.array(relinkedOne),
      refused: z.array(z.strictObject({ pair: p.id, why: z.string() })),
    })
    .describe('Of several.'),
])

export const undone = z.strictObject({
  undone: z.array(p.id),
  writes: z.array(p.write),
  untouched: z.array(z.looseObject({ pair: p.id })).describe('What was changed since, and stays.'),
  written: z.boolean(),
})

export const routeAdded = z.strictObject({
  route: z.string(),
  state: p.routeState,
  back: z.boolean().describe('It was there before, and goes on where it was.'),
  turned: z.boolean().describe('The sides were named the other way round.'),
  policy: p.policy,
})
export const routeStarted = z.strictObject({ route: z.string(), state: p.routeState, begun: z.boolean() })
export const routeEdited = z.strictObject({ route: z.string(), policy: p.policy })
export const routeRemoved = z.strictObject({
  route: z.string(),
  lists: p.counted.describe('How many were mapped.'),
})
export const routeChanged = z.looseObject({ route: z.string(), state: p.routeState, changed: z.boolean() })

export const mapAdded = z.union([
  z.strictObject({
    mapping: p.id,
    route: z.string(),
    left: z.string(),
    right: z.string(),
    direction: p.direction,
    names: z.string(),
  }),
  z
    .looseObject({ route: z.string(), made: z.strictObject({ side: p.side, name: z.string() }) })
    .describe('With `--dry-run`, of a list that is missing.'),
])
export const mapEdited = z.strictObject({ mapping: p.id, direction: p.direction, names: z.string() })
export const mapRemoved = z.strictObject({ mapping: p.id })

export const connected = z.strictObject({
  connection: z.string(),
  provider: z.string(),
  back: z.boolean().describe('It was connected before, and goes on where it was.'),
})
export const connectionEdited = z.strictObject({ connection: z.string(), state: p.connectionState })
export const connectionPaused = z.strictObject({
  connection: z.string(),
  state: p.connectionState,
  changed: z.boolean(),
})
export const connectionRetried = z.strictObject({ connection: z.string() })
export const connectionRemoved = z.strictObject({
  connection: z.string(),
  routes: z.array(z.string()),
  clean: z.looseObject({ total: p.counted, done: p.counted, kept: p.counted }).optional(),
  removed: z.boolean().optional().describe('With `--clean`.'),
})

export const dealLinked = z.strictObject({
  pair: p.id,
  title: p.title,
  deal: z.looseObject({ id: z.string(), name: z.string() }).nullable(),
  changed: z.boolean(),
})
export const dealRetried = z.strictObject({ deal: z.string(), retried: z.array(p.deal) })
export const dealStamped = z.strictObject({
  route: z.string(),
  deal: z.string(),
  checklist: z.string(),
  tasks: z.array(z.looseObject({ key: z.string(), title: z.string() })),
  pairs: z.array(p.id),
})
