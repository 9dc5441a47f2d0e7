import { manyLines } from '../../core/normalise.ts'

/** A day that the service shows as the midnight with which it begins. */
const MIDNIGHT = /^(\d{4}-\d\d-\d\d)[T ]00:00(:00(\.0+)?)?(Z|[+-]00:?00)?$/

/** Under which of its names an object says what it is, as a person reads it. */
const WORDS = ['label', 'name', 'value', 'text'] as const

/**
 * A value of an account's own field as a person would read it; empty for none. Numbers without separators: a postcode is
 * one, too. Lists with commas.
 */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return manyLines(MIDNIGHT.exec(value)?.[1] ?? value).trim()
    case 'number':
      return String(value)
    case 'boolean':
      return value ? 'Yes' : 'No'
    default:
      return Array.isArray(value) ? value.map(valueText).filter(Boolean).join(', ') : wordOf(value)
  }
}

function wordOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  const words = new Map<string, unknown>(Object.entries(value))
  return WORDS.map((name) => valueText(words.get(name))).find(Boolean) ?? ''
}
