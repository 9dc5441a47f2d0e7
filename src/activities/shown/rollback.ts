import { type Rollback, refusalWords } from '../../store/rollbacks.ts'

/** A change that was taken back, in `conflicts --json`, `explain --json` and over HTTP. */
export function rollbackJson({ pairId, opId, side, fields, at, by, error }: Rollback) {
  return { pair: pairId, op: opId, side, fields, at, by, reason: refusalWords(error) }
}
