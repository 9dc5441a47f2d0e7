import { setTimeout as pause } from 'node:timers/promises'
import { SeededRandom } from '../simulators/kit/random.ts'
import { type Change, changeTitle, type LinkedTask } from './change.ts'
import { compareSides } from './compare.ts'
import type { Direction } from './direction.ts'
import { comparisonFailures } from './failures.ts'
import { hopsLine, splitByHop } from './hops.ts'
import { watchMemory } from './memory.ts'
import { percentilesOf } from './percentiles.ts'
import { ProductRecord } from './record.ts'
import type { Outcome } from './result.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { Workflows } from './workflows.ts'

/** Odd, so that each task is edited on both sides in turn. */
const BOOK = 41
const LOST_AFTER_MS = 30_000
const DIRECTIONS = ['leftToRight', 'rightToLeft'] as const

/** Without webhooks: between two polls of each service. */
const POLL_SECONDS = 2
/** What is wanted: with webhooks, and without them beyond half of the time between two polls. */
const AIM = { p50Ms: 200, p99Ms: 1_000 } as const
const BEYOND_POLL_MS = 300

type LatencyOptions = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & {
  size: number
  every: number
  webhooks: boolean
}

/**
 * A settled book of 41 tasks, one new title at a time, alternating between the two sides, each title another. The time of a
 * change runs from the service's acknowledgement of the user's edit to the moment at which the record calls the write on
 * the other side confirmed; it is split by what the change came to on its way (hops.ts). Without webhooks the edits fall
 * anywhere between two polls.
 */
export async function latency(options: LatencyOptions): Promise<Outcome> {
  const { webhooks } = options
  const pollSeconds = webhooks ? undefined : POLL_SECONDS
  return onStand({ ...options, tasks: BOOK, pollSeconds }, async (stand) => {
    const { product, followUpBoss, todoist, tell } = stand
    tell('starting Dealbridge with a small book')
    const { addresses } = await product.start('--yes')
    if (webhooks) {
      await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
      await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    }
    await product.settled()
    const record = new ProductRecord(addresses.postgres ?? '')
    const workflows = await Workflows.at(addresses.temporal ?? '')
    try {
      return await measure(stand, record, workflows, options)
    } finally {
      await workflows.close()
      await record.close()
    }
  })
}

async function measure(
  stand: Stand,
  record: ProductRecord,
  workflows: Workflows,
  { size, every, seed, webhooks }: LatencyOptions,
): Promise<Outcome> {
  const { product, tell, signal } = stand
  const book = await linkedTasks(stand)
  const stems = book.map((task) => task.title)
  const memory = watchMemory(() => product.run()?.pids ?? {})
  const random = new SeededRandom(seed)
  const began = performance.now()
  const changes: Change[] = []
  const missing: string[] = []
  for (let n = 0; n < size * 2; n += 1) {
    const next = performance.now() + every + (webhooks ? 0 : random.int(0, POLL_SECONDS * 1_000))
    const task = book[n % book.length]
    if (task === undefined) throw new Error('the first sync has linked no task')
    task.title = `${stems[n % book.length]}, edit ${n + 1}`
    const direction = DIRECTIONS[n % 2] ?? 'leftToRight'
    const edit = { direction, task, title: task.title, timeoutMs: LOST_AFTER_MS }
    const change = await changeTitle(stand, record, edit, workflows)
    if (change === undefined) missing.push(`${direction} ${task.title}`)
    else changes.push(change)
    if ((n + 1) % 20 === 0) tell(`${n + 1} of ${size * 2} changes`)
    await pause(Math.max(0, next - performance.now()), undefined, { signal })
  }
  const seconds = Math.round(performance.now() - began) / 1000
  const peakRssMb = memory.stop()
  await product.settled()
  const found = compareSides(
    book.map(({ title }) => ({ title, done: false })),
    await stand.tasks(),
  )
  const hopsMs = {
    leftToRight: splitByHop(changes, 'leftToRight'),
    rightToLeft: splitByHop(changes, 'rightToLeft'),
  }
  return {
    result: {
      name: 'latency',
      size,
      seconds,
      requests: await stand.requests(),
      latencyMs: {
        leftToRight: timesOf(changes, 'leftToRight'),
        rightToLeft: timesOf(changes, 'rightToLeft'),
      },
      hopsMs,
      ops: await record.ops(),
      lost: found.lost.length,
      duplicated: found.duplicated.length,
      ...(peakRssMb === undefined ? {} : { peakRssMb }),
    },
    notes: [
      ...DIRECTIONS.map((direction) => hopsLine(hopsMs[direction], direction)),
      webhooks
        ? `aims: p50 ${AIM.p50Ms} ms, p99 ${AIM.p99Ms} ms`
        : `without webhooks, polls every ${POLL_SECONDS} s: aim p50 ${(POLL_SECONDS * 1_000) / 2 + BEYOND_POLL_MS} ms`,
    ],
    failures: [
      ...comparisonFailures(found),
      ...(missing.length === 0
        ? []
        : [
            `${missing.length} changes not confirmed in ${LOST_AFTER_MS / 1000} s: ${missing.slice(0, 5).join('; ')}`,
          ]),
    ],
  }
}

async function linkedTasks(stand: Stand): Promise<LinkedTask[]> {
  const sides = await stand.tasks()
  const todoistIds = new Map(sides.Todoist.map(({ title, id }) => [title, id]))
  return sides['Follow Up Boss'].flatMap(({ title, id }) => {
    const todoistId = todoistIds.get(title)
    return todoistId === undefined ? [] : [{ title, followUpBossId: id, todoistId }]
  })
}

function timesOf(changes: readonly Change[], direction: Direction) {
  const own = changes.filter((change) => change.direction === direction)
  return percentilesOf(own.map((change) => change.confirmedAt - change.acknowledgedAt))
}
