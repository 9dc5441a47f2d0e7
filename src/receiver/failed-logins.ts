import { isIPv6 } from 'node:net'

/** So many wrong tokens may come at once, from one address and from all; then one each time this many seconds have passed. */
const PER_ADDRESS = { burst: 10, everySeconds: 30 }
const OVERALL = { burst: 100, everySeconds: 1 }
/** Addresses that are remembered; of more the one that was silent for longest is forgotten. */
const ADDRESSES = 1_000

/** `left`: wrong tokens that may still come, at `at` (seconds). */
type Bucket = { readonly left: number; readonly at: number }

/**
 * How many wrong tokens have come, from each address and from all. Those who give the right one are never held up by it: a token is
 * always looked at, so that nobody can shut its owner out, also not from behind the same proxy (decision 044). Memory is bounded.
 */
export class FailedLogins {
  readonly #now: () => number
  /** In the order of their last attempt. */
  readonly #addresses = new Map<string, Bucket>()
  #overall: Bucket
  #count = 0

  /** `now`: seconds, of any clock that runs on. */
  constructor(now: () => number = () => performance.now() / 1_000) {
    this.#now = now
    this.#overall = { left: OVERALL.burst, at: now() }
  }

  /** Since this process started. */
  get count(): number {
    return this.#count
  }

  /** Notes a wrong token. Null: it is told so. A number: too many came, come again in so many seconds. */
  note(address: string): number | null {
    this.#count += 1
    const key = networkOf(address)
    const now = this.#now()
    const own = refilled(this.#addresses.get(key) ?? { left: PER_ADDRESS.burst, at: now }, PER_ADDRESS, now)
    this.#overall = refilled(this.#overall, OVERALL, now)
    const wait = Math.max(missing(own, PER_ADDRESS), missing(this.#overall, OVERALL))
    const counts = wait === 0
    this.#addresses.delete(key)
    this.#addresses.set(key, counts ? taken(own) : own)
    if (counts) this.#overall = taken(this.#overall)
    const [oldest] = this.#addresses.keys()
    if (this.#addresses.size > ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest)
    return counts ? null : Math.ceil(wait)
  }
}

type Limit = { readonly burst: number; readonly everySeconds: number }

function refilled({ left, at }: Bucket, { burst, everySeconds }: Limit, now: number): Bucket {
  return { left: Math.min(burst, left + (now - at) / everySeconds), at: now }
}

/** Seconds until one may come again; 0 where one may. */
function missing({ left }: Bucket, { everySeconds }: Limit): number {
  return left >= 1 ? 0 : Math.max((1 - left) * everySeconds, 1)
}

function taken({ left, at }: Bucket): Bucket {
  return { left: left - 1, at }
}

/** Of IPv6 the half that a provider gives to one customer. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = ''] = address.split('::')
  return [...head.split(':'), '0', '0', '0', '0'].slice(0, 4).join(':')
}
