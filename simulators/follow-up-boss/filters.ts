import { fail } from './errors.ts'
import { sortableStamp, stamp } from './records.ts'
import type { FubSettings } from './settings.ts'

export type Filter<R> = (row: R) => boolean

/** All of them, or undefined when there are none. */
export function all<R>(filters: readonly (Filter<R> | undefined)[]): Filter<R> | undefined {
  const given = filters.filter((filter) => filter !== undefined)
  return given.length === 0 ? undefined : (row) => given.every((filter) => filter(row))
}

/** A filter made from a parameter when it is there. */
export function when<R>(value: string | null, make: (value: string) => Filter<R>): Filter<R> | undefined {
  return value === null || value === '' ? undefined : make(value)
}

/** The ids of `id=` or `ids=`, ascending; undefined when neither is there. */
export function idList(query: URLSearchParams): number[] | undefined {
  const text = query.get('ids') ?? query.get('id')
  if (text === null || text === '') return undefined
  return [...new Set(text.split(',').map(Number))].filter(Number.isInteger).sort((a, b) => a - b)
}

/** `1` and `true` switch a parameter on. */
export function isOn(query: URLSearchParams, name: string): boolean {
  return ['1', 'true'].includes(query.get(name) ?? '')
}

/** `idGreaterThan`, `idLessThan`, `createdAfter`, `createdBefore` (reference §4). */
export function commonFilters<R extends { id: number }>(
  query: URLSearchParams,
  created: (row: R) => string,
  settings: FubSettings,
): (Filter<R> | undefined)[] {
  return [
    when(query.get('idGreaterThan'), (id) => (row) => row.id > Number(id)),
    when(query.get('idLessThan'), (id) => (row) => row.id < Number(id)),
    ...span(query, 'created', created, settings),
  ]
}

/** `<name>After` and `<name>Before` on a timestamp; switch `boundsInclusive` says whether the bounds count. */
export function span<R>(
  query: URLSearchParams,
  name: 'created' | 'updated' | 'lastActivity',
  value: (row: R) => string,
  settings: FubSettings,
): (Filter<R> | undefined)[] {
  const bound = (text: string) => sortableStamp(instant(text, settings.get('dropOffsets')))
  const inclusive = settings.get('boundsInclusive')
  return [
    when(query.get(`${name}After`), (text) => {
      const at = bound(text)
      return (row) => {
        const given = sortableStamp(value(row))
        return given > at || (inclusive && given === at)
      }
    }),
    when(query.get(`${name}Before`), (text) => {
      const at = bound(text)
      return (row) => {
        const given = sortableStamp(value(row))
        return given < at || (inclusive && given === at)
      }
    }),
  ]
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/

/**
 * A date-time as the service reads it: UTC, whole seconds. With `dropOffsets` an offset's digits are kept as
 * if they were UTC (reference §7). 400 when it is no date-time.
 */
export function instant(text: string, dropOffsets: boolean): string {
  // A plus sign that was not escaped in a query arrives as a blank.
  const match = INSTANT.exec(text.replace(/ (\d\d:?\d\d)$/, '+$1'))
  const [, day = '', clock = '00:00', seconds = ':00', zone = 'Z'] = match ?? []
  const epoch = Date.parse(`${day}T${clock}${seconds}${dropOffsets ? 'Z' : zone}`)
  if (match === null || Number.isNaN(epoch) || !isDay(day)) return fail(400, `Invalid date value: ${text}.`)
  return stamp(epoch)
}

/** Whether a text is a calendar day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false
  const epoch = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(epoch) && new Date(epoch).toISOString().startsWith(text)
}
