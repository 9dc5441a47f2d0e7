import { createHash } from 'node:crypto'
import type { SimOptions } from './service.ts'

let starts = 0

/**
 * The seed of ids apart from the data's, 32 bits. Undefined: a seed was asked for, and ids follow it. Without
 * either it is another one at each call: a real service never gives an id twice, and a client that keeps its
 * records over a new start of the simulator would take new objects for those it knew.
 */
export function idSeedOf(options: Pick<SimOptions, 'seed' | 'idSeed'>): number | undefined {
  if (options.idSeed !== undefined || options.seed !== undefined) return options.idSeed
  starts += 1
  return createHash('sha256').update(`${Date.now()} ${process.pid} ${starts}`).digest().readUInt32BE(0)
}
