import { Agent, request } from 'undici'
import type { WireAnswer } from '../../../simulators/kit/sending.ts'
import type { Answering } from '../services/journal.ts'

type Fault = { readonly do: string; times: number; fired: number }
type Asked = { readonly atMs: number; readonly answer: WireAnswer }

const OUR_MARKER = /^x-dealbridge-marker:.*\r\n(?: .*\r\n)*/gim
const READS = ['GET', 'PROPFIND', 'REPORT', 'OPTIONS']
/** Of a connection, and not of an answer. */
const HOP = ['connection', 'transfer-encoding', 'keep-alive', 'content-length']

/**
 * A real CalDAV server with the faults that simulators have of themselves (`refused`, `reply-lost`, `status:…`,
 * `status-after:…`, `truncated`, `truncated-json`, `stale-read:…`), set and counted at `/__sim/faults` as theirs.
 *
 * The past is an answer that the same request had before, no longer ago than the fault says: what a cache, or a
 * replica that is behind, would give.
 */
export class DavService implements Answering {
  readonly #target: string
  readonly #origin: string
  readonly #nowMs: () => number
  readonly #agent = new Agent()
  readonly #asked = new Map<string, Asked>()
  #faults: Fault[] = []
  /** Whether it keeps no property that it does not know, as some servers do: of ours the marker. */
  strips = false

  /** `origin`: by which the product knows the server at `target`. */
  constructor(target: string, origin: string, nowMs: () => number) {
    this.#target = target
    this.#origin = origin
    this.#nowMs = nowMs
  }

  /** Nothing of what was asked before is remembered. */
  forget(): void {
    this.#asked.clear()
    this.#faults = []
  }

  async call(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>> = {},
    body = '',
  ): Promise<WireAnswer | 'cut'> {
    if (path === '/__sim/faults') return this.#control(method, body)
    const word = this.#next()
    if (word === 'refused') return 'cut'
    const [, when, code, wait] = /^(status|status-after):(\d+)(?:-wait:(\d+))?$/u.exec(word) ?? []
    if (when === 'status') return page(Number(code), wait)
    const key = JSON.stringify([method, path, headers.depth, body])
    const past = this.#past(key, word)
    if (past !== null) return past
    const answer = await this.#ask(method, path, headers, body)
    if (READS.includes(method)) this.#asked.set(key, { atMs: this.#nowMs(), answer })
    if (word === 'reply-lost') return 'cut'
    if (when === 'status-after') return page(Number(code), wait)
    if (!word.startsWith('truncated') || answer.sent.length === 0) return answer
    return { ...answer, sent: answer.sent.subarray(0, answer.sent.length >> 1), whole: word !== 'truncated' }
  }

  #control(method: string, body: string): WireAnswer {
    if (method === 'POST')
      this.#faults = (JSON.parse(body) as { do: string; times: number }[]).map((one) => ({
        ...one,
        fired: 0,
      }))
    return { status: 200, headers: {}, sent: Buffer.from(JSON.stringify(this.#faults)), whole: true }
  }

  #next(): string {
    const fault = this.#faults.find(({ times }) => times > 0)
    if (fault === undefined) return ''
    fault.times -= 1
    return fault.do
  }

  #past(key: string, word: string): WireAnswer | null {
    const [, ms] = /^stale-read:(\d+)$/u.exec(word) ?? []
    const asked = this.#asked.get(key)
    if (ms === undefined || asked === undefined || this.#nowMs() - asked.atMs > Number(ms)) return null
    const fault = this.#faults.find((one) => one.do === word)
    if (fault !== undefined) fault.fired += 1
    return asked.answer
  }

  async #ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<WireAnswer> {
    const { destination, ...rest } = headers
    const response = await request(`${this.#target}${path}`, {
      dispatcher: this.#agent,
      // Methods of WebDAV are none of undici's list.
      method: method as 'GET',
      headers: {
        ...rest,
        ...(destination === undefined
          ? {}
          : { destination: destination.replace(this.#origin, this.#target) }),
      },
      body: body === '' ? null : this.strips ? body.replace(OUR_MARKER, '') : body,
    })
    const sent = Buffer.from(await response.body.arrayBuffer())
    const known = Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined || HOP.includes(name) ? [] : [[name, String(value)] as const],
    )
    return { status: response.statusCode, headers: Object.fromEntries(known), sent, whole: true }
  }

  async close(): Promise<void> {
    await this.#agent.close()
  }
}

function page(status: number, wait: string | undefined): WireAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html', ...(wait === undefined ? {} : { 'retry-after': wait }) },
    sent: Buffer.from('<!doctype html><html><body>Something is wrong here</body></html>'),
    whole: true,
  }
}
