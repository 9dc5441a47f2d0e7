import { z } from 'zod'

/**
 * Where a list stood. `token`: of the server's (RFC 6578); without one `etags` of all resources by their names, and the
 * `ctag` that the list had then. `odd`: the UIDs of resources that are not named after them, by name: a deleted one
 * tells its name alone.
 */
const stateSchema = z.object({
  token: z.string().optional(),
  ctag: z.string().optional(),
  etags: z.record(z.string(), z.string()).optional(),
  odd: z.record(z.string(), z.string()),
})
export type ListState = z.infer<typeof stateSchema>

const statesSchema = z.record(z.string(), stateSchema)
/** By the lists' remote ids. */
export type ListStates = z.infer<typeof statesSchema>

const cursorSchema = z.object({ lists: statesSchema })

/**
 * Where a walk stands. `whole`: it shows everything, and not what changed since the cursor. `lists`: those that it has
 * begun. `at`: the list that it is in, and the path up to which it has shown it. `removed`: UIDs that are to be looked for
 * at its end; `told`: of these the server said itself that they are deleted.
 */
const positionSchema = z.object({
  whole: z.boolean(),
  lists: statesSchema,
  at: z.object({ list: z.string(), after: z.string() }).nullable(),
  removed: z.record(z.string(), z.boolean()),
})
export type Position = z.infer<typeof positionSchema>

/** Null for a cursor that is none of ours. */
export function readCursor(cursor: string | null): ListStates | null {
  return cursorSchema.safeParse(jsonOf(cursor)).data?.lists ?? null
}

export function writeCursor(lists: ListStates): string {
  return JSON.stringify({ lists })
}

export function readPosition(position: string | null): Position | null {
  return positionSchema.safeParse(jsonOf(position)).data ?? null
}

export function writePosition(position: Position): string {
  return JSON.stringify(position)
}

export function begun(whole: boolean): Position {
  return { whole, lists: {}, at: null, removed: {} }
}

function jsonOf(text: string | null): unknown {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}
