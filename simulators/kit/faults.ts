import { createHash } from 'node:crypto'
import { z } from 'zod'
import { type Effect, ENDINGS, type Ending, FAULT_WORDS, readEffect } from './fault-words.ts'
import { SeededRandom } from './random.ts'

/**
 * One fault of `POST /__sim/faults`.
 *
 * - `match`: `METHOD /path` for requests (`*` = any run of characters, `{x}` = one path part, method `*` =
 *   any), or an event name for the `webhook-*` faults (`*` allowed there too).
 * - `nth`: fires on the nth matching client request since the fault was posted, 1-based, and on that one
 *   alone unless `times` says how many in a row. With `probability`: the dice roll from the nth on.
 * - `probability` (with `seed`, default 1): fires at random. Neither: fires every time. The dice of a fault are
 *   its own: seed, `match` and `do` alone decide which of its matching requests it hits, whatever other faults
 *   there are and do.
 * - `times`: at most so many firings.
 * - `do`, before the service sees the request:
 *   - `delay:<ms>`: it waits so long. Several add up.
 *   - `refused`: nothing is done, the connection is cut.
 *   - `status:<code>`: nothing is done, the answer has that status in the service's words and with its headers:
 *     429 with a `Retry-After` as the service says it. `status:429-bare` says nowhere how long to wait;
 *     `status:429-wait:2` says 2 s.
 * - `do`, once the service does it:
 *   - `stale-read:<ms>`: a read sees everything as it was so long ago. Of several the longest counts.
 *   - `unknown-fields`: each object of a JSON answer has `"x_new_field":{"a":[1]}` too. A map (an object with a key
 *     that is no name, or with none) stays as it is.
 *   - `reordered`: the lists of objects in a JSON answer come backwards, and whatever else it says stays.
 *   - `status-after:<code>`: it is done, and answered as by `status:<code>`.
 *   - `truncated`: it is done; the answer names its whole length, and the connection ends half-way.
 *   - `truncated-json`: it is done; half of the answer comes, under a length that fits. An answer without a body
 *     comes whole in both.
 *   - `reply-lost`: it is done, the connection is cut without an answer.
 * - `do`, for a delivery to one receiver: `webhook-lost` (not sent, not retried), `webhook-twice`,
 *   `webhook-late:<ms>`, after those that were sent since: so deliveries come out of order.
 *
 * Any number of faults act on one request. Of those that end it the earliest acts, whatever their order in the list:
 * `refused`, `status`, `status-after`, `truncated`, `truncated-json`, `reply-lost`; of two of a kind the first in the
 * list. Those that came too late have fired all the same. On one delivery `webhook-lost` wins, else the longest delay
 * holds for both of two.
 */
export const faultSchema = z.strictObject({
  match: z.string().min(1),
  nth: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  seed: z.int().optional(),
  times: z.int().min(1).optional(),
  do: z.string().refine((word) => readEffect(word) !== undefined, `is not one of ${FAULT_WORDS.join(', ')}`),
})
export type Fault = z.infer<typeof faultSchema>

/** What the faults do to one request. */
export interface RequestFaults {
  delayMs: number
  staleMs: number
  unknownFields: boolean
  reordered: boolean
  /** The earliest of the ending faults that fired. */
  end?: Ending
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
  effect: Effect
  pattern: RegExp
  random: SeededRandom
  seen: number
  fired: number
}

/** A request that no fault hits. */
export function unharmed(): RequestFaults {
  return { delayMs: 0, staleMs: 0, unknownFields: false, reordered: false, fired: [] }
}

/** The list of faults in force. */
export class Faults {
  private armed: Armed[] = []

  /** Replaces the whole list; `[]` clears it. Throws an Error for a fault that `faultSchema` refuses. */
  replace(faults: readonly Fault[]): void {
    this.armed = faults.map((fault) => {
      const effect = readEffect(fault.do)
      if (effect === undefined) throw new Error(`There is no fault "${fault.do}".`)
      return { fault, effect, pattern: toPattern(fault.match), random: diceOf(fault), seen: 0, fired: 0 }
    })
  }

  /** The list with how often each matched and fired. */
  list(): (Fault & { seen: number; fired: number })[] {
    return this.armed.map(({ fault, seen, fired }) => ({ ...fault, seen, fired }))
  }

  /** To be asked once for each client request. */
  onRequest(method: string, path: string): RequestFaults {
    const result = unharmed()
    for (const armed of this.armed) {
      const { effect } = armed
      if (effect.on !== 'request' || !fires(armed, `${method} ${path}`)) continue
      result.fired.push(armed.fault.do)
      if (effect.kind === 'delay') result.delayMs += effect.ms
      else if (effect.kind === 'stale-read') result.staleMs = Math.max(result.staleMs, effect.ms)
      else if (effect.kind === 'unknown-fields') result.unknownFields = true
      else if (effect.kind === 'reordered') result.reordered = true
      else result.end = earlier(result.end, effect.end)
    }
    return result
  }

  /** To be asked once for each event and receiver. */
  onDelivery(event: string): DeliveryFaults {
    const result: DeliveryFaults = { lost: false, twice: false, lateMs: 0 }
    for (const armed of this.armed) {
      const { effect } = armed
      if (effect.on !== 'delivery' || !fires(armed, event)) continue
      if (effect.kind === 'webhook-lost') result.lost = true
      else if (effect.kind === 'webhook-twice') result.twice = true
      else result.lateMs = Math.max(result.lateMs, effect.ms)
    }
    return result
  }
}

function earlier(one: Ending | undefined, other: Ending): Ending {
  return one !== undefined && ENDINGS.indexOf(one.kind) <= ENDINGS.indexOf(other.kind) ? one : other
}

/** Faults of one list often share a seed, or have none: the same dice for all would let them hit the same requests. */
function diceOf({ seed, match, do: word }: Fault): SeededRandom {
  const text = JSON.stringify([seed ?? 1, match, word])
  return new SeededRandom(createHash('sha256').update(text).digest().readUInt32BE(0))
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
