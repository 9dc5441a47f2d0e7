import type { WireAnswer } from '../../../simulators/kit/sending.ts'
import type { RunningSim } from '../../../simulators/kit/service.ts'
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

/** What the product asked of the services, and a count of everything that happened. */
export class Journal {
  readonly exchanges: Exchange[] = []
  /** Whether a fault that shows the past may be in force. */
  staleExpected = false
  #count = 0

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
  async #staleFaults(sim: RunningSim): Promise<number> {
    if (this.staleExpected === false) return 0
    const answer = await sim.call('GET', '/__sim/faults')
    const faults =
      answer === 'cut' ? [] : (JSON.parse(answer.sent.toString()) as { do: string; fired: number }[])
    return faults.filter((one) => one.do.startsWith('stale-read')).reduce((sum, one) => sum + one.fired, 0)
  }

  /** One request: it happens, and then the worker whose it is stands still. */
  async exchange(side: Side, sim: RunningSim, request: Parameters<Carrier>[0]): Promise<WireAnswer | 'cut'> {
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
        writes: side === 'left' ? request.method !== 'GET' : request.body.includes('"commands":'),
        heard: false,
      }
      this.exchanges.push(done)
      await life?.turn(described(done))
      done.heard = true
      return answer
    }
    return life === undefined ? act() : life.inLine(act)
  }
}

function described({ side, method, path, body, status }: Exchange): string {
  const what = side === 'left' ? `${method} ${path}` : commandsIn(body) || `${method} ${path}`
  return `${what} → ${status === 0 ? 'no answer' : status}`
}

function commandsIn(body: string): string {
  return [...body.matchAll(/"type":"(\w+)"/g)].map((match) => match[1]).join(', ')
}
