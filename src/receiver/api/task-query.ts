import { z } from 'zod'
import { LOCAL_STATUSES } from '../../core/local-task.ts'
import { oneLine } from '../../core/normalise.ts'
import type { TaskSearch } from '../../store/local/task-search.ts'
import { readCursor } from './cursor.ts'
import * as value from './values.ts'

const MOST = 200
const PAGE = 50

const shown = z.enum(['false', 'true', 'all']).default('false')
const day = z.iso.date()
const words = z.string().max(1_000).transform(oneLine)

/** Filters of a list of tasks; all given ones must hold. */
export const taskQuery = z.strictObject({
  list: value.id.optional(),
  parent: value.id.optional(),
  status: z
    .string()
    .regex(/^(open|blocked|done)(,(open|blocked|done))*$/u, `takes ${LOCAL_STATUSES.join(', ')}`)
    .optional()
    .describe('One of open, blocked, done, or several with commas between.'),
  dueFrom: day.optional().describe('Due on this day or later.'),
  dueTo: day.optional().describe('Due on this day or earlier.'),
  zone: z
    .string()
    .max(64)
    .refine(value.isZoneName, 'is no zone that is known here')
    .default('UTC')
    .describe('In which an instant falls on a day: an IANA name.'),
  label: words.optional().describe('Has this label, or this flag.'),
  text: words.optional().describe('Has this text in its title or notes, whatever the case.'),
  updatedSince: z.iso
    .datetime({ offset: true })
    .optional()
    .describe('Changed at this moment or later. With deleted=all this tells deletions, too.'),
  archived: shown.describe('`true`: archived ones alone. `all`: those too.'),
  deleted: shown.describe('`true`: deleted ones alone. `all`: those too.'),
  limit: z.coerce.number().int().min(1).max(MOST).default(PAGE),
  cursor: z.string().max(100).optional().describe('`nextCursor` of the page before, with the same filters.'),
})

const SHOWN = { false: 'no', true: 'only', all: 'too' } as const

/** Throws ProblemError 400 for a cursor that is none of ours. */
export function searchOf(query: z.output<typeof taskQuery>): TaskSearch {
  const { status, cursor, archived, deleted, limit, zone } = query
  return {
    list: query.list ?? null,
    parent: query.parent ?? null,
    status: status === undefined ? null : z.array(value.status).parse(status.split(',')),
    dueFrom: query.dueFrom ?? null,
    dueTo: query.dueTo ?? null,
    zone,
    label: query.label ?? null,
    text: query.text ?? null,
    updatedSince: query.updatedSince ?? null,
    archived: SHOWN[archived],
    deleted: SHOWN[deleted],
    after: cursor === undefined ? null : readCursor(cursor),
    limit,
  }
}
