import type { LoggedHome } from '../../store/home-log.ts'
import type { LoggedOp } from '../../store/op-log.ts'

/** Writes to tasks, and to projects and sections, which belong to no pair. */
export type LogEntry = LoggedOp | LoggedHome

export function isOfTask(entry: LogEntry): entry is LoggedOp {
  return 'pairId' in entry
}

/** A write for programs, in `log --json` and over HTTP: names that others rely on. */
export function entryJson(entry: LogEntry) {
  return isOfTask(entry) ? opJson(entry) : homeJson(entry)
}

/** One op of `log --json`: who changed what, when, from what to what, and because of what. */
export function opJson(op: LoggedOp) {
  return {
    op: op.id,
    at: op.at,
    route: op.route,
    pair: op.pairId,
    side: op.side,
    verb: op.verb,
    status: op.status,
    before: op.before?.task ?? null,
    after: op.after,
    cause: op.cause,
    error: op.error,
    refusal: op.refusal,
    undoneAt: op.undoneAt,
  }
}

/** A write to a project or section in `log --json`: as those to tasks, with `container` and `deal` in place of a pair. */
export function homeJson(home: LoggedHome) {
  const { id, at, route, side, verb, status, before, change, cause, error, role, subject, name } = home
  return {
    op: id,
    at,
    route,
    pair: null,
    container: role === 'deal' ? 'section' : 'project',
    deal: role === 'deal' ? subject : null,
    name,
    side,
    verb,
    status,
    before,
    after: change.kind === 'move' ? { ...change, in: home.target } : change,
    cause,
    error,
    refusal: null,
    undoneAt: null,
  }
}
