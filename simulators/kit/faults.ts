import { z } from 'zod'
import { SeededRandom } from './random.ts'

const MILLIS = /^(delay|stale-read|webhook-late):(\d{1,8})$/
const STATUS = /^status:([1-5]\d\d)$/

/**
 * One fault of `POST /__sim/faults`.
 *
 * - `match`: `METHOD /path` for requests (`*` = any run of characters, `{x}` = one path part, method `*` =
 *   any), or an event name for the `webhook-*` faults (`*` allowed there too).
 * - `nth`: fires on the nth matching client request since the fault was posted, 1-based, and on that one
 *   alone unless `times` says how many in a row.
 * - `probability` (with `seed`, default 1): fires at random. Neither: fires every time.
 * - `times`: at most so many firings.
 */
export const faultSchema = z.strictObject({
  match: z.string().min(1),
  nth: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  times: z.int().min(1).optional(),
  do: z
    .string()
    .refine(
      (text) =>
        ['reply-lost', 'refused', 'webhook-lost', 'webhook-twice'].includes(text) ||
        STATUS.test(text) ||
        MILLIS.test(text),
      'is not one of reply-lost, refused, status:<code>, delay:<ms>, stale-read:<ms>, webhook-lost, webhook-twice, webhook-late:<ms>',
    ),
})
export type Fault = z.infer<typeof faultSchema>

/** What the faults do to one request. */
export interface RequestFaults {
  delayMs: number
  staleMs: number
  /** The first of the ending faults that fired. */
  end?: { kind: 'refused' } | { kind: 'reply-lost' } | { kind: 'status'; code: number }
  /** Texts of all that fired, for the log. */
  fired: string[]
}

/** What the faults do to one webhook delivery. */
export interface DeliveryFaults {
  lost: boolean
  twice: boolean
  lateMs: number
}

interface Armed {
  fault: Fault
  pattern: RegExp
  random: SeededRandom
  seen: number
  fired: number
}

/** The list of faults in force. */
export class Faults {
  private armed: Armed[] = []

  /** Replaces the whole list; `[]` clears it. */
  replace(faults: readonly Fault[]): void {
    this.armed = faults.map((fault) => ({
      fault,
      pattern: toPattern(fault.match),
      random: new SeededRandom(fault.seed ?? 1),
      seen: 0,
      fired: 0,
    }))
  }

  /** The list with how often each matched and fired. */
  list(): (Fault & { seen: number; fired: number })[] {
    return this.armed.map(({ fault, seen, fired }) => ({ ...fault, seen, fired }))
  }

  /** To be asked once for each client request. */
  onRequest(method: string, path: string): RequestFaults {
    const result: RequestFaults = { delayMs: 0, staleMs: 0, fired: [] }
    for (const armed of this.armed) {
      const what = armed.fault.do
      if (what.startsWith('webhook-') || !fires(armed, `${method} ${path}`)) continue
      result.fired.push(what)
      const millis = MILLIS.exec(what)
      if (millis?.[1] === 'delay') result.delayMs += Number(millis[2])
      else if (millis?.[1] === 'stale-read') result.staleMs = Math.max(result.staleMs, Number(millis[2]))
      else if (result.end === undefined) result.end = ending(what)
    }
    return result
  }

  /** To be asked once for each event and receiver. */
  onDelivery(event: string): DeliveryFaults {
    const result: DeliveryFaults = { lost: false, twice: false, lateMs: 0 }
    for (const armed of this.armed) {
      const what = armed.fault.do
      if (!what.startsWith('webhook-') || !fires(armed, event)) continue
      if (what === 'webhook-lost') result.lost = true
      else if (what === 'webhook-twice') result.twice = true
      else result.lateMs = Math.max(result.lateMs, Number(MILLIS.exec(what)?.[2] ?? 0))
    }
    return result
  }
}

function ending(what: string): NonNullable<RequestFaults['end']> {
  if (what === 'refused' || what === 'reply-lost') return { kind: what }
  return { kind: 'status', code: Number(STATUS.exec(what)?.[1] ?? 500) }
}

function fires(armed: Armed, subject: string): boolean {
  if (!armed.pattern.test(subject)) return false
  armed.seen += 1
  const { nth, probability, times } = armed.fault
  if (nth !== undefined && armed.seen < nth) return false
  const most = times ?? (nth === undefined ? Number.POSITIVE_INFINITY : 1)
  if (armed.fired >= most) return false
  if (probability !== undefined && !armed.random.chance(probability)) return false
  armed.fired += 1
  return true
}

function toPattern(match: string): RegExp {
  const source = match
    .replace(/[.+?^$()|[\]\\]/g, '\\$&')
    .replace(/\{[^}]*\}/g, '[^/]+')
    .replace(/\*/g, '.*')
  return new RegExp(`^${source}$`)
}
