import { adaptDue, keepInstant } from '../../src/core/due.ts'
import { cut } from '../../src/core/normalise.ts'
import type { RoutePolicy, SideRules } from '../../src/core/policy.ts'
import { type CanonicalTask, FIELDS, type Field } from '../../src/core/task.ts'

type Modes = SideRules['modes']

export function modes(given: Partial<Modes> = {}): Modes {
  return { ...(Object.fromEntries(FIELDS.map((field) => [field, 'rw'])) as Modes), ...given }
}

/** A side that stores everything as it is. */
export const EXACT: SideRules = { modes: modes(), keep: (_field, value) => value, parentAcrossLists: true }

const LONGEST_TITLE = 9

/** A side that cuts titles, knows instants but no zones, and no labels. */
export const LOSSY: SideRules = {
  parentAcrossLists: true,
  modes: modes({ labels: 'none', notes: 'none' }),
  keep(field, value, { zone }) {
    if (field === 'title') return cut(value as string, LONGEST_TITLE) as typeof value
    if (field === 'due') return keepInstant(value as CanonicalTask['due'], zone) as typeof value
    if (field === 'priority') return (value === 4 ? null : value) as typeof value
    return value
  },
}

/** A side that keeps a zone with every fixed time, as a task app does. */
export const ZONED: SideRules = {
  parentAcrossLists: true,
  modes: modes(),
  keep(field, value, { zone }) {
    return (
      field === 'due' || field === 'start' ? adaptDue(value as CanonicalTask['due'], null, zone) : value
    ) as typeof value
  },
}

/** A task as a side of these rules would store it. */
export function stored(task: CanonicalTask, rules: SideRules, zone: string): CanonicalTask {
  const kept = FIELDS.map((field: Field) => [field, rules.keep(field, task[field], { zone })])
  return Object.fromEntries(kept) as CanonicalTask
}

export function policy(given: Partial<RoutePolicy> = {}): RoutePolicy {
  return {
    zone: 'America/New_York',
    direction: 'both',
    fields: {},
    conflicts: 'newest',
    deletes: { left: 'propagate', right: 'unlink' },
    assignees: 'anyone',
    firstSync: { kind: 'open' },
    ...given,
  }
}
