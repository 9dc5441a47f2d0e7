import type { Direction } from './direction.ts'
import { percentilesOf } from './percentiles.ts'

/** Where a change has come to, in the order of its way. Times: milliseconds since 1970, by the one clock of this machine. */
export type HopTimes = {
  /** The delivery about it was stored; its answer went out then. Null without webhooks. */
  webhookStored: number | null
  /** The service was asked what changed. */
  pullBegun: number | null
  /** The mirror had it: deliveries that were consumed commit together with it. */
  inRecord: number | null
  /** Its task workflow began, by Temporal's clock. */
  dispatched: number | null
  /** The other service was asked what it holds. */
  targetRead: number | null
  planned: number
  sent: number
  /** The other service was asked to write, by its own log. */
  written: number | null
  confirmed: number
}

/** A change that has arrived. `acknowledgedAt`: its service had answered the user. */
export type Arrived = {
  readonly direction: Direction
  readonly acknowledgedAt: number
  readonly hops: HopTimes
}

export const HOPS = [
  'webhookStored',
  'pullBegun',
  'inRecord',
  'dispatched',
  'targetRead',
  'planned',
  'sent',
  'written',
  'confirmed',
] as const satisfies readonly (keyof HopTimes)[]

export type HopSplit = Record<string, { p50: number; p99: number; n: number }>

/** Milliseconds that each hop took since the one before it that is known; the first, since the user was answered. */
export function hopsOf({
  acknowledgedAt,
  hops,
}: Pick<Arrived, 'acknowledgedAt' | 'hops'>): Map<string, number> {
  const took = new Map<string, number>()
  let before = acknowledgedAt
  for (const hop of HOPS) {
    const at = hops[hop]
    if (at === null) continue
    took.set(hop, at - before)
    before = at
  }
  return took
}

/** The time of all changes in one direction, split by hop. What none of them has is left out. */
export function splitByHop(changes: readonly Arrived[], direction: Direction): HopSplit {
  const own = changes.filter((change) => change.direction === direction).map(hopsOf)
  return Object.fromEntries(
    HOPS.flatMap((hop) => {
      const { p50, p99, n } = percentilesOf(own.flatMap((one) => one.get(hop) ?? []))
      return n === 0 ? [] : [[hop, { p50, p99, n }]]
    }),
  )
}

export function hopsLine(split: HopSplit, direction: Direction): string {
  const hops = Object.entries(split).map(([hop, { p50, p99 }]) => `${hop} +${p50}/+${p99}`)
  return `${direction}, p50/p99 ms of each hop: ${hops.join(', ')}`
}
