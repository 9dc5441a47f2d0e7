/*
 * Properties of ours in a task of somebody else's server. `MARKER`: which task it is elsewhere. `COMPLETIONS`: how many of
 * its occurrences we have closed; `CLOSED`: the key of the step that has closed one last.
 */
export const MARKER = 'x-dealbridge-marker'
export const COMPLETIONS = 'x-dealbridge-completions'
export const CLOSED = 'x-dealbridge-closed'

/** The start that a task is to have while its DTSTART must lie before its due; see `start-note.ts`. */
export const START = 'x-dealbridge-start'

/** What an occurrence that was moved would have by itself; see `moved-occurrence.ts`. */
export const MOVED = 'x-dealbridge-moved'
export const OWN_TIMES = {
  dtstart: 'x-dealbridge-dtstart',
  due: 'x-dealbridge-due',
  duration: 'x-dealbridge-duration',
} as const

export const OWN_PROPERTIES: readonly string[] = [
  ...[MARKER, COMPLETIONS, CLOSED, START, MOVED],
  ...Object.values(OWN_TIMES),
]
