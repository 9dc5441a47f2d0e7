import { Client } from 'undici'
import { type Percentiles, percentilesOf } from './percentiles.ts'
import type { Simulated } from './simulated.ts'

/** One kind of request to a service. */
export interface Question {
  /** `Todoist: page of 200, first` */
  name: string
  /** Whether it is a page of a list, and has to be fast. */
  isPage?: boolean
  times?: number
  /** Done before each request, and not timed. */
  before?: (n: number) => Promise<unknown>
  /** The nth request, from 0. */
  ask: (n: number) => Promise<unknown>
}

/** What is asked of one service, and how many tasks that has made so far. */
export interface Questionnaire {
  questions: Question[]
  made: () => number
}

export type Times = Percentiles & { max: number }

/** One connection to a service that stays open; one request at a time. */
export class Connection {
  readonly #client: Client
  readonly #headers: Readonly<Record<string, string>>

  /** `headers`: on each request. */
  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#client = new Client(url)
    this.#headers = { 'content-type': 'application/json', ...headers }
  }

  /** The text of a 2xx answer; anything else is an Error. */
  async text(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<string> {
    const { statusCode, body: answer } = await this.#client.request({
      method,
      path,
      headers: this.#headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (statusCode >= 300)
      throw new Error(`${method} ${path} was answered ${statusCode}: ${text.slice(0, 300)}`)
    return text
  }

  async json(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<unknown> {
    return JSON.parse(await this.text(method, path, body))
  }

  async close(): Promise<void> {
    await this.#client.destroy()
  }
}

const TIMES = 200
const AGO_MS = 2_000

/** The same of everything as it was 2 s ago, which is before many changes. For the end: later ones are stale too. */
export function stale(service: Simulated, question: Question): Question {
  const before = async (n: number) => {
    if (n === 0) await service.suffer([{ match: '*', do: `stale-read:${AGO_MS}` }])
  }
  return { ...question, name: `${question.name}, stale`, before }
}

/** The nth of all, round and round. */
export function nth<T>(all: readonly T[], n: number): T {
  const one = all[n % all.length]
  if (one === undefined) throw new Error('the service lists nothing')
  return one
}

/** Asks so many times, one after the other. Milliseconds from sending to the last byte of the answer. */
export async function timesOf(question: Question, signal: AbortSignal): Promise<Times> {
  const took: number[] = []
  for (let n = 0; n < (question.times ?? TIMES); n += 1) {
    signal.throwIfAborted()
    await question.before?.(n)
    const began = performance.now()
    await question.ask(n)
    took.push(performance.now() - began)
  }
  return { ...percentilesOf(took), max: Math.round(Math.max(...took) * 10) / 10 }
}
