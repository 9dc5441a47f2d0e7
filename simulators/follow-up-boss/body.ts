import type { SimRequest } from '../kit/http-types.ts'
import { bodyObject } from './desk.ts'
import { fail, wrongType } from './errors.ts'

/** `flag`: a boolean or 0/1. `any`: not looked at. */
export type FieldType = 'string' | 'integer' | 'number' | 'flag' | 'array' | 'any'

export type BodyShape = Readonly<Record<string, FieldType>>

/** 400 for body fields outside `known` (reference §4). */
export function refuseUnknown(body: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(body).filter((name) => !known.includes(name))
  if (unknown.length > 0) fail(400, `Invalid fields in the request body: ${unknown.join(', ')}.`)
}

/**
 * The body's fields, checked: 400 for a field outside `shape`, for a `required` one that is not there, and for
 * a value of another type. null clears a field that is not required.
 */
export function readBody(
  request: SimRequest,
  shape: BodyShape,
  required: readonly string[] = [],
): Record<string, unknown> {
  const body = bodyObject(request)
  refuseUnknown(body, Object.keys(shape))
  for (const name of required) {
    const value = body[name]
    if (value === undefined) fail(400, `Missing required field in the request: ${name}.`)
    if (value === null || (typeof value === 'string' && value.trim() === ''))
      fail(400, `Field ${name} is required and cannot be blank.`)
  }
  for (const [name, value] of Object.entries(body)) {
    const type = shape[name] ?? 'any'
    if (value !== null && !fits(value, type)) wrongType(name, type === 'flag' ? 'boolean' : type)
  }
  return body
}

function fits(value: unknown, type: FieldType): boolean {
  switch (type) {
    case 'any':
      return true
    case 'integer':
      return Number.isInteger(value)
    case 'flag':
      return typeof value === 'boolean' || value === 0 || value === 1
    case 'array':
      return Array.isArray(value)
    default:
      return typeof value === type
  }
}
