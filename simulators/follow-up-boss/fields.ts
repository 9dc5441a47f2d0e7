import { fail } from './errors.ts'

/** The names in `fields=`; undefined when there are none. 400 for one outside `known` (reference §4). */
export function chosenFields(query: URLSearchParams, known: readonly string[]): string[] | undefined {
  const text = query.get('fields')
  if (text === null || text === '') return undefined
  const names = text.split(',')
  const wrong = names.filter((name) => !known.includes(name))
  if (wrong.length > 0) fail(400, `Invalid field(s) in the fields parameter: [${wrong.join(', ')}]`)
  return names
}

/** The chosen fields of a row; `id` comes always. */
export function pickFields(row: object, names: readonly string[] | undefined): object {
  if (names === undefined) return row
  return Object.fromEntries(Object.entries(row).filter(([name]) => name === 'id' || names.includes(name)))
}
