import type { Db } from '../../src/store/database.ts'
import { Trouble } from '../../src/workflows/settle.ts'
import { type Findings, judge } from './oracle.ts'
import { Killed, pick, random, Scheduler } from './scheduler.ts'
import { act, type Doings, noDoings } from './users.ts'
import { type TestWorker, testWorker } from './worker.ts'
import { makeWorld, type TestClock, type World } from './world.ts'

export type HistoryOptions = {
  readonly actions: number
  readonly turnsOfWorkers: number
  readonly killChance: number
  readonly faultChance: number
}

export const SHORT: HistoryOptions = { actions: 8, turnsOfWorkers: 8, killChance: 0.04, faultChance: 0.15 }

export type HistoryResult = Findings & {
  readonly doings: Doings
  readonly world: World
  readonly idleWrites: number
}

/**
 * One history: a user on each side and two workers, in an order that only the seed decides, with lost replies, refused
 * calls and kills between any two steps; then quiet, in which everything must settle.
 */
export async function runHistory(
  db: Db,
  clock: TestClock,
  seed: number,
  options = SHORT,
): Promise<HistoryResult> {
  const rng = random(seed)
  const world = await makeWorld(db, clock)
  const doings = noDoings()
  const scheduler = new Scheduler(rng, options.killChance)
  world.faults.next = (call) => {
    if (rng() >= options.faultChance) return null
    return call === 'write' && rng() < 0.6 ? 'reply-lost' : 'refused'
  }
  const user = async () => {
    for (let n = 0; n < options.actions; n += 1) {
      await scheduler.turn('user', false)
      act(world, rng, doings)
    }
  }
  const worker = (name: string) => async () => {
    const self = testWorker(world, () => scheduler.turn(name))
    for (let n = 0; n < options.turnsOfWorkers; n += 1) {
      await scheduler.turn(name, false)
      await surviving(() => oneTurn(self, rng))
    }
  }
  await scheduler.run([user, worker('a'), worker('b')], async () => {
    if (rng() < 0.2) await clock.advance(Math.floor(rng() ** 4 * 60_000))
  })
  const idleWrites = await heal(world, clock, db)
  return { ...(await judge(db, world, doings)), doings, world, idleWrites }
}

async function oneTurn(worker: TestWorker, rng: () => number): Promise<void> {
  const choice = rng()
  if (choice < 0.5) await worker.pull(pick(rng, ['left', 'right']), rng() < 0.2 ? 'complete' : 'incremental')
  else await worker.work()
}

/** What a worker goes through without harm: its own death, and trouble with a service. */
async function surviving(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Killed) && !(error instanceof Trouble)) throw error
  }
}

/** Quiet: no faults, no users. Time passes until nothing is pending; then one more pass must write nothing. */
async function heal(world: World, clock: TestClock, db: Db): Promise<number> {
  world.faults.next = () => null
  const worker = testWorker(world, async () => undefined)
  for (let round = 0; round < 6; round += 1) {
    await clock.advance(61_000)
    await worker.pull('left', 'complete')
    await worker.pull('right', round === 0 ? 'complete' : 'incremental')
    await drain(worker, clock)
  }
  const [left] = await db<{ open: number }[]>`
    select count(*)::int as open from pending where route_id = ${world.routeId} and state <> 'waiting'`
  if ((left?.open ?? 0) > 0) throw new Error(`${left?.open} pairs are still pending in quiet`)
  const before = world.left.changes + world.right.changes
  await worker.pull('left', 'complete')
  await worker.pull('right', 'complete')
  await drain(worker, clock)
  return world.left.changes + world.right.changes - before
}

async function drain(worker: TestWorker, clock: TestClock): Promise<void> {
  for (let n = 0; n < 20 && (await worker.work()); n += 1) await clock.advance(21_000)
}
