import { setTimeout as pause } from 'node:timers/promises'
import { type Change, changeTitle, type Direction, type LinkedTask } from './change.ts'
import { compareSides } from './compare.ts'
import { comparisonFailures } from './failures.ts'
import { watchMemory } from './memory.ts'
import { percentilesOf } from './percentiles.ts'
import { ProductRecord } from './record.ts'
import type { Outcome } from './result.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'

/** Odd, so that each task is edited on both sides in turn. */
const BOOK = 41
const LOST_AFTER_MS = 30_000
const DIRECTIONS = ['leftToRight', 'rightToLeft'] as const

/**
 * With webhooks on and a settled book of 41 tasks, one new title at a time, alternating between the two sides, each
 * title another. The time of a change runs from the service's acknowledgement of the user's edit to the moment at
 * which the record calls the write on the other side confirmed.
 */
export async function latency(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; every: number },
): Promise<Outcome> {
  return onStand({ ...options, tasks: BOOK, webhooks: true }, async (stand) => {
    const { product, followUpBoss, todoist, tell } = stand
    tell('starting Dealbridge with a small book')
    const { addresses } = await product.start('--yes')
    await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    await product.settled()
    const record = new ProductRecord(addresses.postgres ?? '')
    try {
      return await measure(stand, record, options)
    } finally {
      await record.close()
    }
  })
}

async function measure(
  stand: Stand,
  record: ProductRecord,
  { size, every }: { size: number; every: number },
): Promise<Outcome> {
  const { product, tell, signal } = stand
  const book = await linkedTasks(stand)
  const stems = book.map((task) => task.title)
  const memory = watchMemory(() => product.run()?.pids ?? {})
  const began = performance.now()
  const changes: Change[] = []
  const missing: string[] = []
  for (let n = 0; n < size * 2; n += 1) {
    const next = performance.now() + every
    const task = book[n % book.length]
    if (task === undefined) throw new Error('the first sync has linked no task')
    task.title = `${stems[n % book.length]}, edit ${n + 1}`
    const direction = DIRECTIONS[n % 2] ?? 'leftToRight'
    const edit = { direction, task, title: task.title, timeoutMs: LOST_AFTER_MS }
    const change = await changeTitle(stand, record, edit)
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
      ops: await record.ops(),
      lost: found.lost.length,
      duplicated: found.duplicated.length,
      ...(peakRssMb === undefined ? {} : { peakRssMb }),
    },
    notes: DIRECTIONS.map((direction) => stagesLine(changes, direction)),
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
  return percentilesOf(own.map((change) => change.closedAt - change.acknowledgedAt))
}

/** Where the time goes, and as a check on the record's times when the other service saw the write. */
function stagesLine(changes: readonly Change[], direction: Direction): string {
  const own = changes.filter((change) => change.direction === direction)
  const stage = (name: string, of: (change: Change) => number | null) => {
    const { p50, p99 } = percentilesOf(own.flatMap((change) => of(change) ?? []))
    return `${name} ${p50}/${p99}`
  }
  const stages = [
    stage('delivery stored', (one) => one.receivedAt && one.receivedAt - one.acknowledgedAt),
    stage('planned', (one) => one.plannedAt - one.acknowledgedAt),
    stage('sent', (one) => one.sentAt - one.acknowledgedAt),
    stage('at the service', (one) => one.arrivedAt && one.arrivedAt - one.acknowledgedAt),
    stage('confirmed', (one) => one.closedAt - one.acknowledgedAt),
  ]
  return `${direction}, p50/p99 ms from the change: ${stages.join(', ')}`
}
