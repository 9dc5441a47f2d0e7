import type { KnownTask } from '../explain.ts'
import { conflictsJson } from './conflict.ts'
import { opJson } from './op.ts'
import { rollbackJson } from './rollback.ts'

/** All that is known of a task on both sides, in `explain --json` and over HTTP. */
export function knownJson(known: KnownTask) {
  const {
    pair,
    title,
    route,
    sides,
    former,
    open,
    conflicts,
    ops,
    next,
    shownFirst,
    rollbacks,
    oneWay,
    deal,
    notes,
  } = known
  return {
    pair: pair.id,
    title,
    route: route.name,
    routeState: route.state,
    memory: pair.memory,
    state: pair.state,
    reason: pair.reason,
    error: pair.lastError,
    left: sides.left,
    right: sides.right,
    former,
    next,
    pending: shownFirst,
    deal,
    notes,
    rolledBack: rollbacks.map(rollbackJson),
    notCarried: oneWay,
    standing: pair.standing,
    overrides: pair.overrides,
    decrees: pair.decrees,
    open: open.map((op) => ({ op: op.id, side: op.side, verb: op.verb, status: op.status, after: op.after })),
    ...conflictsJson(conflicts.map((conflict) => ({ conflict, title }))),
    ops: ops.map(opJson),
  }
}
