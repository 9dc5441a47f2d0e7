import type { WireAnswer } from '../../../simulators/kit/sending.ts'
import type { Carrier } from './in-process.ts'
import { lifeOfCaller } from './life.ts'
import type { Side } from './sides.ts'

/** One request of the product with its answer, at its place in the order of all that happened. */
export type Exchange = {
  readonly count: number
  readonly worker: string
  /** The count at which the worker's present work began. */
  readonly began: number
  readonly side: Side
  readonly method: string
  readonly path: string
  readonly body: string
  readonly status: number
  readonly answer: string
  readonly writes: boolean
  /** It was shown the past. */
  readonly stale: boolean
  /** The worker lived to hear the answer. */
  readonly heard: boolean
}

/** A service as the product's requests find it. It answers `GET /__sim/faults` as simulators do. */
export type Answering = {
  call(
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<WireAnswer | 'cut'>
}

type Request = Parameters<Carrier>[0]

/** Whether a request changes something, at Follow Up Boss and at Todoist. */
const WRITES: Readonly<Record<Side, (request: Request) => boolean>> = {
  left: ({ method }) => method !== 'GET',
  right: ({ body }) => body.includes('"commands":'),
}

/** What the product asked of the services, and a count of everything that happened. */
export class Journal {
  readonly exchanges: Exchange[] = []
  /** Whether a fault that shows the past may be in force. */
  staleExpected = false
  /** Called after each write, before its worker goes on. */
  onWrite: (side: Side) => Promise<void> = async () => undefined
  readonly #writes: typeof WRITES
  #count = 0

  constructor(writes = WRITES) {
    this.#writes = writes
  }

  /** The next number in the order of all events. */
  next(): number {
    this.#count += 1
    return this.#count
  }

  get count(): number {
    return this.#count
  }

  get writes(): number {
    return this.exchanges.filter((one) => one.writes).length
  }

  clear(): void {
    this.exchanges.length = 0
    this.staleExpected = false
    this.#count = 0
  }

  /** How often a fault has shown the past so far. */
  async #staleFaults(sim: Answering): Promise<number> {
    if (this.staleExpected === false) return 0
    const answer = await sim.call('GET', '/__sim/faults')
    const faults =
      answer === 'cut' ? [] : (JSON.parse(answer.sent.toString()) as { do: string; fired: number }[])
    return faults.filter((one) => one.do.startsWith('stale-read')).reduce((sum, one) => sum + one.fired, 0)
  }

  /** One request: it happens, and then the worker whose it is stands still. */
  async exchange(side: Side, sim: Answering, request: Request): Promise<WireAnswer | 'cut'> {
    const life = lifeOfCaller()
    const act = async () => {
      const stale = await this.#staleFaults(sim)
      const answer = await sim.call(request.method, request.path, request.headers, request.body)
      const done = {
        count: this.next(),
        worker: life?.name ?? '',
        began: life?.began ?? 0,
        side,
        ...request,
        status: answer === 'cut' ? 0 : answer.status,
        answer: answer === 'cut' ? '' : answer.sent.toString('utf8'),
        stale: (await this.#staleFaults(sim)) !== stale,
        writes: this.#writes[side](request),
        heard: false,
      }
      this.exchanges.push(done)
      if (done.writes) await this.onWrite(side)
      await life?.turn(described(done))
      done.heard = true
      return answer
    }
    return life === undefined ? act() : life.inLine(act)
  }
}

function described({ method, path, body, status }: Exchange): string {
  const what = commandsIn(body) || `${method} ${path}`
  return `${what} → ${status === 0 ? 'no answer' : status}`
}

function commandsIn(body: string): string {
  if (!body.includes('"commands":')) return ''
  return [...body.matchAll(/"type":"(\w+)"/g)].map((match) => match[1]).join(', ')
}
