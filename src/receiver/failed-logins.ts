import { isIPv6 } from 'node:net'

/** So many wrong tokens may come at once, from one address and from all; then one each time this many seconds have passed. */
const PER_ADDRESS = { burst: 10, everySeconds: 30 }
const OVERALL = { burst: 100, everySeconds: 1 }
/** Addresses that are remembered; of more the one that was silent for longest is forgotten. */
const ADDRESSES = 1_000

/**
 * How many wrong tokens have come, from each address and from all. Those who give the right one are never held up by it: a token is
 * always looked at, so that nobody can shut its owner out, also not from behind the same proxy (decision 044). Memory is bounded.
 */
export class FailedLogins {
  readonly #now: () => number
  /** When all that came from there will be forgotten, in seconds; in the order of the last attempts. */
  readonly #addresses = new Map<string, number>()
  #overall = 0
  #count = 0

  /** `now`: seconds, of any clock that runs on. */
  constructor(now: () => number = () => performance.now() / 1_000) {
    this.#now = now
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
    const own = Math.max(this.#addresses.get(key) ?? now, now)
    const overall = Math.max(this.#overall, now)
    const wait = Math.max(own - now - roomOf(PER_ADDRESS), overall - now - roomOf(OVERALL))
    const counts = wait <= 0
    this.#addresses.delete(key)
    this.#addresses.set(key, counts ? own + PER_ADDRESS.everySeconds : own)
    if (counts) this.#overall = overall + OVERALL.everySeconds
    const [oldest] = this.#addresses.keys()
    if (this.#addresses.size > ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest)
    return counts ? null : Math.ceil(wait)
  }
}

/** As far ahead of the time as one may be who may still send one. */
function roomOf({ burst, everySeconds }: { readonly burst: number; readonly everySeconds: number }): number {
  return (burst - 1) * everySeconds
}

/** Of IPv6 the half that a provider gives to one customer. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address
  const [head = ''] = address.split('::')
  return [...head.split(':'), '0', '0', '0', '0'].slice(0, 4).join(':')
}
