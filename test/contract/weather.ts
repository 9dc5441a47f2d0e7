/**
 * What can happen to one request.
 *
 * - `refused`: it never reaches the service, the connection is cut
 * - `portal`: it never reaches the service; somebody else answers 200 with a page of HTML
 * - `reply-lost`: it is done, then the connection is cut
 * - `truncated`: it is done, the connection is cut in the middle of the answer
 * - `cut-short`: it is done, half of the answer arrives as if it were the whole
 * - `garbage`: it is done, the answer is a page of HTML with status 200
 * - a status: it never reaches the service, something in between answers for it; `afterwards`: it is done before
 */
export type Trouble =
  | 'refused'
  | 'portal'
  | 'reply-lost'
  | 'truncated'
  | 'cut-short'
  | 'garbage'
  | { readonly status: number; readonly retryAfterSeconds?: number; readonly afterwards?: true }

/** Troubles after which a read has no answer that anybody may believe. */
export const BREAKS: readonly Trouble[] = [
  'refused',
  'reply-lost',
  'truncated',
  'cut-short',
  'garbage',
  { status: 500 },
  { status: 503 },
]

/** Of these troubles those that a service's laws try. */
export function troublesAt(
  { fewTroubles }: { readonly fewTroubles?: true },
  all: readonly Trouble[],
): readonly Trouble[] {
  return fewTroubles === true ? all.filter((one) => one === 'reply-lost' || one === 'refused') : all
}

/** Which requests: the nth from now (1 is the next), and how many in a row. */
export type Which = { readonly nth?: number; readonly times?: number }

/** What lies between a provider and its service. */
export type Weather = {
  /** How many requests have left the provider. */
  readonly requests: number
  on(trouble: Trouble, which?: Which): void
  /** Told each request before anything happens to it. */
  watch(onRequest: () => void): void
  /** Fair again. */
  clear(): void
}

/** The list of troubles, and the count of requests: what every kind of weather is made of. */
export class Forecast {
  #requests = 0
  #coming: { from: number; to: number; trouble: Trouble }[] = []
  #onRequest: () => void = () => {}

  get requests(): number {
    return this.#requests
  }

  on(trouble: Trouble, { nth = 1, times = 1 }: Which = {}): void {
    const from = this.#requests + nth
    this.#coming.push({ from, to: from + times - 1, trouble })
  }

  watch(onRequest: () => void): void {
    this.#onRequest = onRequest
  }

  clear(): void {
    this.#coming = []
  }

  /** Counts a request; gives back what happens to it. */
  next(): Trouble | null {
    this.#requests += 1
    this.#onRequest()
    return (
      this.#coming.find(({ from, to }) => from <= this.#requests && this.#requests <= to)?.trouble ?? null
    )
  }
}

export function nameOf(trouble: Trouble): string {
  if (typeof trouble === 'string') return trouble
  return `status ${trouble.status}${trouble.afterwards ? ' afterwards' : ''}`
}
