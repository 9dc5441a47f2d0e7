import type { Context } from 'hono'
import { z } from 'zod'
import type { Expected } from '../../store/local/expected.ts'
import { type FieldError, ProblemError } from '../problem.ts'

const NO_QUERY = z.strictObject({})

/** Parsed values of a query; several of one name are an error of that name, and so is any where none is read (null). Throws ProblemError 400. */
export function readQuery(c: Context, schema: z.ZodObject | null): unknown {
  const given = Object.fromEntries(
    Object.entries(c.req.queries()).map(([name, values]) => [name, values.length === 1 ? values[0] : values]),
  )
  const parsed = (schema ?? NO_QUERY).safeParse(given)
  if (parsed.success) return schema === null ? null : parsed.data
  throw new ProblemError({
    name: 'bad-query',
    title: 'The query is not understood',
    status: 400,
    errors: fieldErrors(parsed.error),
  })
}

/** The text of a body that is to be JSON. Throws ProblemError 400, 415. */
export async function readText(c: Context): Promise<string> {
  const type = c.req.header('content-type') ?? ''
  if (!/^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/iu.test(type))
    throw new ProblemError({
      name: 'not-json',
      title: 'The body must be JSON',
      status: 415,
      detail: 'Send it with Content-Type: application/json.',
    })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(await c.req.arrayBuffer())
  } catch (error) {
    if (error instanceof TypeError) throw malformed()
    throw error
  }
}

/** Throws ProblemError 400 for what is no JSON, 422 with an error for each field that is not taken. */
export function readBody(text: string, schema: z.ZodType): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed()
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new ProblemError({
    name: 'bad-values',
    title: 'Some values are not taken',
    status: 422,
    errors: fieldErrors(parsed.error),
  })
}

/** `If-Match`: any of these versions, or `*`. A weak tag matches none. Throws ProblemError 400. */
export function readExpected(c: Context): Expected {
  const header = c.req.header('if-match')?.trim()
  if (header === undefined) return null
  if (header === '*') return '*'
  const tags = header.split(',').map((tag) => /^\s*(W\/)?"([^"]*)"\s*$/u.exec(tag))
  if (tags.some((tag) => tag === null))
    throw new ProblemError({
      name: 'bad-header',
      title: 'If-Match is not understood',
      status: 400,
      detail: 'It takes the ETag of an answer, such as "3", or *.',
    })
  return tags.flatMap((tag) =>
    tag?.[1] === undefined && /^\d{1,9}$/u.test(tag?.[2] ?? '') ? Number(tag?.[2]) : [],
  )
}

/** `Idempotency-Key`; null without one. Throws ProblemError 400. */
export function readKey(c: Context): string | null {
  const key = c.req.header('idempotency-key')
  if (key === undefined) return null
  if (/^[\x21-\x7e]{1,255}$/u.test(key)) return key
  throw new ProblemError({
    name: 'bad-header',
    title: 'Idempotency-Key is not understood',
    status: 400,
    detail: 'It takes 1 to 255 letters, digits and signs, without blanks; a UUID is best.',
  })
}

function malformed(): ProblemError {
  return new ProblemError({ name: 'malformed', title: 'The body is no JSON', status: 400 })
}

/** What zod says in words of its own, with the place of each value; a value itself is never repeated. */
function fieldErrors(error: z.ZodError): FieldError[] {
  return error.issues.flatMap((issue): FieldError[] => {
    const at = issue.path.map(String)
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({ field: [...at, key].join('.'), message: 'is no field of it' }))
    return [{ field: at.join('.'), message: issue.message }]
  })
}
