import { z } from 'zod'
import { TRAIL_START } from './list.ts'

/**
 * What a finished walk leaves. `since`: a time of the service's own clock (whole seconds, `Z`) up to which all is
 * taken in. `head`: the highest task id seen. `scan`: where the rolling scan goes on, when the service does not
 * filter by time (null: from the head).
 */
const cursorSchema = z.object({ since: z.string(), head: z.number(), scan: z.string().nullable() })
export type Cursor = z.infer<typeof cursorSchema>

export const trailSchema = z.object({ anchor: z.string().nullable(), steps: z.number(), lap: z.number() })

/**
 * Where a walk stands. `part`: what the next page is for, `next`: its cursor at the service (null: the first).
 * `mark` and `head` are what our cursor will say, `from` what it said. `total`: of the first page. `blurred`: a row
 * came by whose id could not be read. `ignored`: the service showed rows from before the window.
 */
const positionSchema = z.object({
  part: z.enum(['complete', 'window', 'scan']),
  next: z.string().nullable(),
  trail: trailSchema,
  from: cursorSchema.nullable(),
  mark: z.string().nullable(),
  head: z.number(),
  pages: z.number(),
  rows: z.number(),
  total: z.number().nullable(),
  blurred: z.boolean(),
  ignored: z.boolean(),
})
export type Position = z.infer<typeof positionSchema>

/** The start of a walk: with a cursor what changed since, without one everything. */
export function startOf(from: Cursor | null): Position {
  return {
    part: from === null ? 'complete' : 'window',
    next: null,
    trail: TRAIL_START,
    from,
    mark: null,
    head: from?.head ?? 0,
    pages: 0,
    rows: 0,
    total: null,
    blurred: false,
    ignored: false,
  }
}

/** Text of another program or version reads as null: the walk then starts anew. */
export const readCursor = (text: string | null): Cursor | null => fromText(cursorSchema, text)
export const readPosition = (text: string | null): Position | null => fromText(positionSchema, text)

export function fromText<T>(schema: z.ZodType<T>, text: string | null): T | null {
  if (text === null) return null
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}
