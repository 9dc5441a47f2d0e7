import { setTimeout as pause } from 'node:timers/promises'
import { type Change, changeTitle } from './change.ts'
import { compareSides, type Expected } from './compare.ts'
import type { Direction } from './direction.ts'
import { comparisonFailures } from './failures.ts'
import { watchMemory } from './memory.ts'
import { percentilesOf } from './percentiles.ts'
import { ProductRecord } from './record.ts'
import type { Outcome } from './result.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { fillTodoist } from './todoist-book.ts'
import { waitFor } from './wait.ts'

/** Requests in ten seconds: what Follow Up Boss gives a system that is not registered. */
const LIMIT = 125
const WINDOW_S = 10
/** Contacts to whom the tasks go, beside those of the sample book. */
const MORE_PEOPLE = 880
/** Deliveries of the real service come 0.3 to 0.8 s after the change (reference §13.3); these do too. */
const DELIVERY = { webhookDelayMs: 300, webhookJitterMs: 500 }
/** The least time may be exceeded by this factor, and a change may take so long. */
const MOST_OF_LEAST = 1.35
const MOST_P95_MS = 3_000
const LOST_AFTER_MS = 30_000

/**
 * A first sync of tasks from Todoist into Follow Up Boss, a request for each, inside the rate limits of both services,
 * by two workers with webhooks on; meanwhile a user renames a task every few seconds, on one side and then on the other.
 */
export async function budget(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; every: number },
): Promise<Outcome> {
  const { size, every } = options
  return onStand({ ...options, tasks: 0, webhooks: true }, async (stand) => {
    const { product, followUpBoss, todoist, tell } = stand
    const { titles } = await fillTodoist(stand, { tasks: size, people: await addPeople(stand) })
    await followUpBoss.set({ rateLimit: LIMIT, ...DELIVERY })
    await todoist.set(DELIVERY)
    tell(`${size} tasks are in Todoist; starting Dealbridge with two workers`)
    const { addresses } = await product.start('--yes')
    product.addWorker()
    const began = await firstRequest(stand)
    await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    const memory = watchMemory(() => product.run()?.pids ?? {})
    const record = new ProductRecord(addresses.postgres ?? '')
    try {
      const user = new BusyUser(stand, record, every)
      while (!(await record.isFilled())) await user.changeOne()
      const seconds = Math.round(Date.now() - began) / 1000
      tell(`the first sync took ${seconds} s`)
      await product.settled()
      return await judge(stand, { size, seconds, titles, user, record, peakRssMb: memory.stop() })
    } finally {
      await record.close()
    }
  })
}

/** When the product asked a service for the first time (milliseconds since 1970): the first sync began. */
async function firstRequest({ followUpBoss, todoist, signal }: Stand): Promise<number> {
  const look = async () => {
    const logs = await Promise.all([followUpBoss.requestLog(), todoist.requestLog()])
    return logs
      .flat()
      .map(({ at }) => Date.parse(at))
      .sort((a, b) => a - b)[0]
  }
  return waitFor('the first request', look, { signal, timeoutMs: 60_000 })
}

async function addPeople({ followUpBoss }: Stand): Promise<number[]> {
  const ids: number[] = []
  for (let n = 0; n < MORE_PEOPLE; n += 1) {
    const person = await followUpBoss.asUser('POST', '/v1/people', {
      firstName: 'Contact',
      lastName: `Number ${n + 1}`,
    })
    ids.push((person as { id: number }).id)
  }
  return ids
}

/** Renames one settled task after the other while the first sync runs, on alternating sides. */
class BusyUser {
  readonly #stand: Stand
  readonly #record: ProductRecord
  readonly #every: number
  readonly #touched = new Set<string>()
  readonly changes: Change[] = []
  readonly missing: string[] = []
  /** New title by the old one. */
  readonly renamed = new Map<string, string>()

  constructor(stand: Stand, record: ProductRecord, every: number) {
    this.#stand = stand
    this.#record = record
    this.#every = every
  }

  async changeOne(): Promise<void> {
    const next = performance.now() + this.#every
    const pairs = await this.#record.settledPairs(50)
    const pair = pairs.find(({ left }) => !this.#touched.has(left))
    if (pair !== undefined) await this.#rename(pair)
    await pause(Math.max(100, next - performance.now()), undefined, { signal: this.#stand.signal })
  }

  async #rename({ left, right }: { left: string; right: string }): Promise<void> {
    this.#touched.add(left)
    const direction: Direction = this.#touched.size % 2 === 0 ? 'leftToRight' : 'rightToLeft'
    const known = (await this.#stand.tasks()).Todoist.find((task) => task.id === right)
    if (known === undefined) throw new Error(`Todoist has no task ${right}`)
    const title = `${known.title}, renamed`
    const task = { title, followUpBossId: left, todoistId: right }
    const edit = { direction, task, title, timeoutMs: LOST_AFTER_MS }
    const change = await changeTitle(this.#stand, this.#record, edit)
    this.renamed.set(known.title, title)
    if (change === undefined) this.missing.push(`${direction} ${title}`)
    else this.changes.push(change)
  }
}

async function judge(
  stand: Stand,
  given: {
    size: number
    seconds: number
    titles: readonly string[]
    user: BusyUser
    record: ProductRecord
    peakRssMb: ReturnType<ReturnType<typeof watchMemory>['stop']>
  },
): Promise<Outcome> {
  const { size, seconds, titles, user, record, peakRssMb } = given
  const expected: Expected[] = titles.map((title) => ({
    title: user.renamed.get(title) ?? title,
    done: false,
  }))
  const found = compareSides(expected, await stand.tasks())
  const rateLimited = (await stand.followUpBoss.rateLimited()) + (await stand.todoist.rateLimited())
  const leastSeconds = leastTime(size)
  const ofLeastTime = Math.round((seconds / leastSeconds) * 100) / 100
  const times = (direction: Direction) =>
    percentilesOf(
      user.changes
        .filter((change) => change.direction === direction)
        .map((change) => change.confirmedAt - change.acknowledgedAt),
    )
  const latencyMs = { leftToRight: times('leftToRight'), rightToLeft: times('rightToLeft') }
  const slow = Object.entries(latencyMs).filter(([, { p95 }]) => p95 > MOST_P95_MS)
  return {
    result: {
      name: 'budget',
      size,
      seconds,
      requests: await stand.requests(),
      latencyMs,
      ops: await record.ops(),
      lost: found.lost.length,
      duplicated: found.duplicated.length,
      rateLimited,
      ofLeastTime,
      ...(peakRssMb === undefined ? {} : { peakRssMb }),
    },
    notes: [
      `asked of Follow Up Boss: ${await pathsLine(stand)}`,
      `${size} requests at ${LIMIT} in ${WINDOW_S} s take ${leastSeconds} s at the least`,
      `deliveries come ${DELIVERY.webhookDelayMs} to ${DELIVERY.webhookDelayMs + DELIVERY.webhookJitterMs} ms after a change, and that is part of its time`,
    ],
    failures: [
      ...comparisonFailures(found),
      ...(rateLimited > 0 ? [`${rateLimited} requests were refused with 429`] : []),
      ...(ofLeastTime > MOST_OF_LEAST
        ? [`${seconds} s are more than ${MOST_OF_LEAST} × ${leastSeconds} s`]
        : []),
      ...slow.map(([direction, { p95 }]) => `a change ${direction} took ${p95} ms (p95)`),
      ...(user.missing.length === 0 ? [] : [`not confirmed: ${user.missing.slice(0, 5).join('; ')}`]),
    ],
  }
}

async function pathsLine({ followUpBoss }: Stand): Promise<string> {
  return (await followUpBoss.requestPaths()).map(([path, count]) => `${count} × ${path}`).join(', ')
}

/** The first window's worth goes out at once, the rest as the window slides. */
export function leastTime(requests: number): number {
  return Math.round(((Math.max(0, requests - LIMIT) / LIMIT) * WINDOW_S + Number.EPSILON) * 10) / 10
}
