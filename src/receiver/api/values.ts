import { z } from 'zod'
import { type Due, day, fixed, floating, isZone } from '../../core/due.ts'
import { LOCAL_LIMITS, LOCAL_STATUSES } from '../../core/local-task.ts'
import { oneLine } from '../../core/normalise.ts'
import { TASK_TYPES } from '../../core/task.ts'
import { foldLabel, OWNED_LABELS } from '../../core/type-labels.ts'
import { keepName } from '../../providers/local/containers.ts'
import { keep } from '../../providers/local/keep.ts'

/*
 * Values as a request may hold them, and what becomes of them. Limits count code points, as JSON Schema does.
 */

const LABELS = 100
const EXTRA_BYTES = 16 * 1024
const EXTRA_DEPTH = 32
/** Those of our own labels that are a user's gesture: take it into a sync wherever it lies, leave it out. */
export const USER_FLAGS = ['crm', 'no-sync'] as const

function text(limit: number) {
  return z
    .string()
    .refine((given) => given.length <= limit || Array.from(given).length <= limit, {
      error: `may have at most ${limit} characters`,
    })
    .meta({ maxLength: limit })
}

function line(limit: number) {
  return text(limit)
    .refine((given) => oneLine(oneLine(given)) !== '', { error: 'may not be empty' })
    .meta({ maxLength: limit, minLength: 1 })
}

export const id = z.uuid().toLowerCase()

export const title = line(LOCAL_LIMITS.title)
  .transform((given) => keep('title', given))
  .describe('One line; line breaks and other control characters become blanks or are dropped.')

export const notes = text(LOCAL_LIMITS.notes).transform((given) => keep('notes', given))

export const name = line(LOCAL_LIMITS.name).transform(keepName)

export const colour = z
  .string()
  .regex(/^(#[0-9a-fA-F]{6}|[a-z][a-z_-]{0,29})$/u, 'is #rrggbb or a name such as berry_red')
  .nullable()

export const position = z.number().describe('Lists are shown from the lowest to the highest.')

export const status = z.enum(LOCAL_STATUSES)

export const priority = z.literal([1, 2, 3, 4]).nullable().describe('1 is the highest.')

export const type = z.enum(TASK_TYPES).nullable()

export const labels = z
  .array(
    line(LOCAL_LIMITS.label).refine((label) => !OWNED_LABELS.includes(foldLabel(label)), {
      error: 'is a sign of Dealbridge: it belongs into flags',
    }),
  )
  .max(LABELS, `may have at most ${LABELS} labels`)
  .transform((given) => keep('labels', given))

export const flags = z
  .array(z.enum(USER_FLAGS))
  .max(USER_FLAGS.length)
  .describe('`crm`: kept in step wherever it lies. `no-sync`: kept out of every sync.')

const dayText = z.string().regex(/^[1-9]\d{3}-\d{2}-\d{2}$/u, 'is a day such as 2027-01-31')

/** A day, a wall-clock time that goes where its user goes, or an instant with the zone in which it was set. */
export const writtenDue = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('day'), day: dayText }),
  z.strictObject({
    kind: z.literal('floating'),
    day: dayText,
    time: z.string().regex(/^\d{2}:\d{2}(:\d{2})?$/u, 'is a time such as 15:30'),
  }),
  z.strictObject({
    kind: z.literal('fixed'),
    at: z.iso.datetime({ offset: true, error: 'is an instant such as 2027-01-31T15:30:00Z' }),
    zone: z.string().max(64).nullable().default(null).describe('An IANA name such as Europe/Berlin.'),
  }),
])

export const due = writtenDue
  .transform((given, context): Due => {
    try {
      if (given.kind === 'fixed' && given.zone !== null && !isZoneName(given.zone)) {
        context.addIssue({ code: 'custom', path: ['zone'], message: 'is no zone that is known here' })
        return z.NEVER
      }
      return canonical(given)
    } catch (error) {
      if (!(error instanceof RangeError)) throw error
      context.addIssue({ code: 'custom', message: 'is a day or time that does not exist' })
      return z.NEVER
    }
  })
  .nullable()

/** A name that both we and Postgres know, and no distance from UTC, of which they say opposite things. */
export function isZoneName(text: string): boolean {
  return /^[A-Za-z]/u.test(text) && isZone(text)
}

function canonical(given: z.infer<typeof writtenDue>): Due {
  switch (given.kind) {
    case 'day':
      return day(given.day)
    case 'floating':
      return floating(`${given.day}T${given.time}`)
    case 'fixed':
      return fixed(given.at, given.zone)
  }
}

export const extra = z
  .record(z.string(), z.unknown())
  .refine((given) => isStorable(given), {
    error: `may hold no NUL, no half of a character, and lie at most ${EXTRA_DEPTH} deep`,
    abort: true,
  })
  .refine((given) => Buffer.byteLength(JSON.stringify(given)) <= EXTRA_BYTES, {
    error: `may take at most ${EXTRA_BYTES} bytes of JSON`,
  })
  .describe('Data of your own. Nothing of it goes to another service.')

/** Postgres takes neither in JSON; and what lies very deep would end whoever walks through it. */
function isStorable(value: unknown, depth = 0): boolean {
  if (depth > EXTRA_DEPTH) return false
  if (typeof value === 'string') return !/\0|\p{Cs}/u.test(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([key, one]) => isStorable(key) && isStorable(one, depth + 1))
}
