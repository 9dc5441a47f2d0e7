/**
 * Faults of the product that histories found. A history steers clear of those in `KNOWN`, which are not mended yet, so
 * that others can be found; a mended one is taken off that list, and is asked for from then on.
 *
 * - `parent-unseen`: a task that is put below one which nobody has looked at yet comes to lie below none on the other side,
 *   when an answer shows the first before any shows the second
 */
export type KnownFault = 'parent-unseen'

export const KNOWN: readonly KnownFault[] = []
