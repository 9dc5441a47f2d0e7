import type { Side } from '../services/sides.ts'

/** Two task apps whose lists a route keeps in step. */
export const PAIRS = ['caldav-todoist', 'local-caldav'] as const
export type Pair = (typeof PAIRS)[number]

export type Service = 'caldav' | 'todoist' | 'local'

export const SERVICES: Readonly<Record<Pair, Readonly<Record<Side, Service>>>> = {
  'caldav-todoist': { left: 'caldav', right: 'todoist' },
  'local-caldav': { left: 'local', right: 'caldav' },
}

export const NAMES: Readonly<Record<Service, string>> = {
  caldav: 'CalDAV',
  todoist: 'Todoist',
  local: 'our own tasks',
}

/** The lists of each side: two that are mapped to those of the same name, and one that is none of the route's business. */
export const PLACES = ['one', 'two', 'out'] as const
export type Place = (typeof PLACES)[number]
