import type { Fault } from './faults.ts'
import { SeededRandom } from './random.ts'

export interface StormOptions {
  /** Requests that are hit, as a fault's `match`; default all. */
  match?: string
  /** Events whose deliveries are hit; default all. */
  events?: string
  /** Factor on every probability; 1 hits about a third of all requests, 0 none. */
  strength?: number
  /**
   * Seconds that a 429 says to wait; null: it does not say. Default 1, for a real service's minute, or the one that
   * clients take when none is said, would hold up a test.
   */
  waitSeconds?: number | null
  /** At most so many firings of each fault, so that the storm blows over; default endless. */
  times?: number
}

/** In the middle of what seeds give: how often, and up to how many milliseconds where there are any. */
const WEATHER: readonly (readonly [word: string, probability: number, longestMs?: number])[] = [
  ['refused', 0.03],
  ['reply-lost', 0.04],
  ['status:503', 0.03],
  ['status-after:500', 0.01],
  ['status-after:503', 0.03],
  ['truncated', 0.02],
  ['truncated-json', 0.02],
  ['delay', 0.1, 200],
  ['delay', 0.01, 2_000],
  ['stale-read', 0.06, 3_000],
  ['unknown-fields', 0.05],
  ['reordered', 0.05],
  ['webhook-lost', 0.15],
  ['webhook-twice', 0.15],
  ['webhook-late', 0.2, 1_500],
]

/**
 * Faults of every kind for `POST /__sim/faults`, each with a probability and a seed of its own. The same seed and
 * options give the same storm; another seed one with other probabilities and spans, and other requests hit.
 */
export function storm(seed: number, options: StormOptions = {}): Fault[] {
  const { match = '*', events = '*', strength = 1, waitSeconds = 1, times } = options
  const random = new SeededRandom(seed)
  const limited = waitSeconds === null ? 'status:429-bare' : `status:429-wait:${waitSeconds}`
  const weather = [...WEATHER, [limited, 0.04] as const]
  return weather.map(([word, middle, longestMs]) => {
    const probability = Math.min(1, middle * strength * (0.5 + random.next()))
    const ms = random.int(1, longestMs ?? 1)
    return {
      match: word.startsWith('webhook-') ? events : match,
      probability,
      seed: random.int(0, 2 ** 32 - 1),
      do: longestMs === undefined ? word : `${word}:${ms}`,
      ...(times === undefined ? {} : { times }),
    }
  })
}
