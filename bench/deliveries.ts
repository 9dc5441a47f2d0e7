import { setTimeout as pause } from 'node:timers/promises'
import { Agent } from 'undici'
import { compareSides } from './compare.ts'
import { type Delivery, deliveryLoad } from './delivery-load.ts'
import { comparisonFailures } from './failures.ts'
import { percentilesOf } from './percentiles.ts'
import { residentKb } from './proc.ts'
import { ProductRecord } from './record.ts'
import type { Outcome } from './result.ts'
import { onStand, type Stand, type StandOptions } from './stand.ts'
import { waitFor } from './wait.ts'

/** Tasks that the deliveries are about. */
const BOOK = 41
/** Connections over which they come: services keep some open. */
const AT_ONCE = 32
const LATE_MS = 15_000
/** Longer than two polls. */
const PULL_MS = 60_000
/** What is wanted of the answers, and of the receiver's memory from the first round to the last. */
const AIM = { p99Ms: 100, growthMb: 30 } as const
const LOOK_MS = 250
const STATUS: Readonly<Record<Delivery['kind'], number>> = { valid: 200, doubled: 200, forged: 401 }

interface Answer {
  kind: Delivery['kind']
  status: number
  ms: number
}

type Options = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & {
  size: number
  seconds: number
  rounds: number
}

/**
 * So many webhook deliveries within some seconds, evenly spread, in each of several rounds, while the product goes on with its work: a
 * third forged or sent before. Every valid one must be in the record exactly once, no forged one, and nothing must be written anywhere.
 * `answersMs`: from sending a delivery to the end of its answer.
 */
export async function deliveries(options: Options): Promise<Outcome> {
  return onStand({ ...options, tasks: BOOK, webhooks: true }, async (stand) => {
    const { product, tell } = stand
    tell('starting Dealbridge with a small book')
    const { addresses } = await product.start('--yes')
    await product.settled()
    const record = new ProductRecord(addresses.postgres ?? '')
    try {
      return await measure(stand, record, addresses.api ?? '', options)
    } finally {
      await record.close()
    }
  })
}

async function measure(
  stand: Stand,
  record: ProductRecord,
  api: string,
  { size, seconds, rounds, seed }: Options,
): Promise<Outcome> {
  const { product, tell } = stand
  const before = await stand.tasks()
  const load = deliveryLoad(size * rounds, seed, {
    followUpBoss: before['Follow Up Boss'].map(({ id }) => id),
    todoist: before.Todoist.map(({ id }) => id),
  })
  const rss = () => Math.round((residentKb(product.run()?.pids.receiver ?? 0) ?? 0) / 1024)
  const memory = { start: rss(), rounds: [] as number[] }
  const answers: Answer[] = []
  const began = performance.now()
  for (let round = 0; round < rounds; round += 1) {
    tell(`round ${round + 1} of ${rounds}: ${size} deliveries in ${seconds} s`)
    const part = load.slice(round * size, (round + 1) * size)
    const least = leastInSecondHalf(rss, seconds * 1_000)
    answers.push(...(await sendAll(stand, api, part, seconds * 1_000)))
    memory.rounds.push(least.stop())
    await product.settled()
  }
  const waiting = await leftWaiting(record, stand.signal)
  const took = Math.round(performance.now() - began) / 1_000

  const wanted = new Set(load.filter(({ kind }) => kind === 'valid').map(({ id }) => id))
  const stored = await record.deliveryIds()
  const times = new Map<string, number>()
  for (const id of stored) times.set(id, (times.get(id) ?? 0) + 1)
  const missing = [...wanted].filter((id) => !times.has(id))
  const twice = [...wanted].filter((id) => (times.get(id) ?? 0) > 1)
  const forged = load.filter(({ kind, id }) => kind === 'forged' && times.has(id))
  const wrong = answers.filter(({ kind, status }) => status !== STATUS[kind])
  const found = compareSides(before['Follow Up Boss'], await stand.tasks())
  const [first = 0] = memory.rounds
  const growth = (memory.rounds.at(-1) ?? 0) - first
  const { p50, p95, p99, n } = percentilesOf(answers.map(({ ms }) => ms))
  const max = Math.round(Math.max(0, ...answers.map(({ ms }) => ms)) * 10) / 10
  return {
    result: {
      name: 'deliveries',
      size: load.length,
      seconds: took,
      requests: await stand.requests(),
      answersMs: { delivery: { p50, p95, p99, max, n } },
      receiverRssMb: memory,
      lost: missing.length + found.lost.length,
      duplicated: twice.length + found.duplicated.length,
    },
    notes: [
      `${wanted.size} valid, ${load.length - wanted.size} forged or sent before; taken in: ${stored.length}`,
      `memory of the receiver, MB: ${memory.start} at the start, the least in each round ${memory.rounds.join(', ')}`,
      `aims: p99 ${AIM.p99Ms} ms, memory that does not grow: at most ${AIM.growthMb} MB from the first round to the last`,
    ],
    failures: [
      ...(p99 <= AIM.p99Ms ? [] : [`p99 of the answers is ${p99} ms, more than ${AIM.p99Ms}`]),
      ...(growth <= AIM.growthMb
        ? []
        : [`memory of the receiver grew by ${growth} MB from the first round to the last`]),
      ...comparisonFailures(found),
      ...(missing.length === 0 ? [] : [`${missing.length} valid deliveries were not taken in`]),
      ...(twice.length === 0 ? [] : [`${twice.length} deliveries were taken in more than once`]),
      ...(forged.length === 0 ? [] : [`${forged.length} forged deliveries were taken in`]),
      ...(waiting === 0 ? [] : [`${waiting} deliveries still wait for a pull`]),
      ...(wrong.length === 0
        ? []
        : [`${wrong.length} answers were wrong, e.g. ${wrong[0]?.status} to a ${wrong[0]?.kind} one`]),
    ],
  }
}

/** Garbage comes and goes: what does not go is in the least that there is, once it works at full speed. */
function leastInSecondHalf(rss: () => number, ms: number): { stop(): number } {
  let least = Number.POSITIVE_INFINITY
  const began = performance.now()
  const timer = setInterval(() => {
    if (performance.now() - began > ms / 2) least = Math.min(least, rss())
  }, LOOK_MS)
  return {
    stop() {
      clearInterval(timer)
      return Math.min(least, rss())
    },
  }
}

/** What no pull has taken in after a while: what is settled does not speak of what was not pulled yet. */
async function leftWaiting(record: ProductRecord, signal: AbortSignal): Promise<number> {
  let waiting = 0
  const none = async () => {
    waiting = await record.waitingDeliveries()
    return waiting === 0 ? true : undefined
  }
  await waitFor('a pull of all deliveries', none, { signal, timeoutMs: PULL_MS }).catch(() => {})
  return waiting
}

/** Sends each at its time, or as soon as a connection is free. */
async function sendAll(
  { signal }: Stand,
  api: string,
  load: readonly Delivery[],
  overMs: number,
): Promise<Answer[]> {
  const agent = new Agent({ connections: AT_ONCE, pipelining: 1 })
  const answers: Answer[] = []
  const began = performance.now()
  let next = 0
  const lane = async () => {
    for (let at = next++; at < load.length; at = next++) {
      const delivery = load[at]
      if (delivery === undefined) return
      const due = began + (at * overMs) / load.length - performance.now()
      if (due > 0) await pause(due)
      signal.throwIfAborted()
      answers.push(await send(agent, api, delivery))
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, lane))
  } finally {
    await agent.destroy()
  }
  return answers
}

/** Status 0: no answer in time. */
async function send(agent: Agent, api: string, { kind, path, body, headers }: Delivery): Promise<Answer> {
  const sent = performance.now()
  const status = await agent
    .request({
      origin: api,
      path,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal: AbortSignal.timeout(LATE_MS),
    })
    .then(async (answer) => {
      await answer.body.text()
      return answer.statusCode
    })
    .catch(() => 0)
  return { kind, status, ms: performance.now() - sent }
}
