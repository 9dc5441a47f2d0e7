import type { LoggedOp } from '../../store/op-log.ts'

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
