import { z } from 'zod'
import { invalidArgument, requiredArgument } from './errors.ts'

/** Reads arguments; the first thing that is wrong becomes a 400 that names it. Unknown keys are ignored. */
export function readArguments<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const name = issue?.path.map(String).join('.') ?? ''
  if (issue?.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    throw requiredArgument(name)
  throw invalidArgument(name === '' ? 'body' : name, issue?.message ?? 'Input should be valid')
}

/** An id; clients send numbers for numeric ones. */
export const id = z.union([z.string(), z.number()]).transform(String)
export const flag = z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean)
export const priority = z.int().min(1).max(4)
export const text = z.string()
export const order = z.int()

export const duration = z.object({ amount: z.int().min(1), unit: z.enum(['minute', 'day']) })
export const due = z.object({
  date: text.nullish(),
  string: text.nullish(),
  lang: text.nullish(),
  timezone: text.nullish(),
})
export const deadline = z.object({ date: text, lang: text.nullish() })
