/*
 * The mass-change stop (I8, §5): a pass that would delete, complete or unlink very many tasks stops before its first
 * write, and a person says whether it was meant.
 */

/** Endings are counted over so long. */
export const WINDOW_MINUTES = 10

const AT_LEAST = 10
const AT_MOST = 50
const SHARE = 0.1

/** How many pairs of a route may end within the window. */
export function endingLimit(pairs: number): number {
  return Math.max(AT_LEAST, Math.min(AT_MOST, Math.floor(pairs * SHARE)))
}
