import { setTimeout as pause } from 'node:timers/promises'
import { SeededRandom } from '../simulators/kit/random.ts'
import { compareSides } from './compare.ts'
import { comparisonFailures } from './failures.ts'
import { kill } from './programs.ts'
import { ProductRecord } from './record.ts'
import { addRequests, type Outcome, type Requests, writesOf } from './result.ts'
import { onStand, type Stand, type StandOptions } from './stand.ts'
import { waitFor } from './wait.ts'

const KILLS = 10
/** What a service across the network takes over a request; without it a first sync is over before it can be killed. */
const SERVICE_MS = 250
/** A kill comes at most so long after what was killed before runs again. */
const LATEST_MS = 4_000
const BACK_WITHIN_MS = 120_000

type RestartOptions = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number }

/** One first sync from its start to its end. */
interface Round {
  kills: string[]
  seconds: number
  requests: Requests
  secondPassWrites: number
  lost: number
  duplicated: number
  failures: string[]
}

/**
 * A first sync whose worker is killed with SIGKILL at ten random moments; every second time everything is, Postgres
 * and Temporal with it, and started again. Where the sync is done before all kills have fallen, another one begins on
 * a stand of its own. In the end both accounts hold each task exactly once.
 */
export async function restart(options: RestartOptions): Promise<Outcome> {
  const random = new SeededRandom(options.seed)
  const rounds: Round[] = []
  const killed = () => rounds.flatMap((round) => round.kills)
  while (killed().length < KILLS) {
    options.tell(`first sync of ${options.size} tasks, after ${killed().length} kills`)
    const stand = { ...options, tasks: options.size }
    rounds.push(await onStand(stand, (stand) => oneSync(stand, options.size, random, killed().length)))
  }
  const sum = (of: (round: Round) => number) => rounds.reduce((total, round) => total + of(round), 0)
  return {
    result: {
      name: 'restart',
      size: options.size,
      seconds: Math.round(sum((round) => round.seconds) * 1000) / 1000,
      requests: addRequests(rounds.map((round) => round.requests)),
      lost: sum((round) => round.lost),
      duplicated: sum((round) => round.duplicated),
      secondPassWrites: sum((round) => round.secondPassWrites),
    },
    notes: [
      `${rounds.length} first syncs of ${options.size} tasks, with services that take ${SERVICE_MS} ms; killed:`,
      ...killed().map((one) => `  ${one}`),
    ],
    failures: rounds.flatMap((round) => round.failures),
  }
}

async function oneSync(stand: Stand, size: number, random: SeededRandom, before: number): Promise<Round> {
  const { product, signal, tell } = stand
  const book = (await stand.tasks())['Follow Up Boss']
  await stand.followUpBoss.answerSlowly(SERVICE_MS)
  await stand.todoist.answerSlowly(SERVICE_MS)
  const began = performance.now()
  let run = await product.start('--yes')
  const kills: string[] = []
  while (before + kills.length < KILLS) {
    await pause(random.int(0, LATEST_MS), undefined, { signal })
    if (await isFilled(run.addresses.postgres)) break
    const everything = (before + kills.length) % 2 === 1
    const there = (await stand.tasks()).Todoist.length
    kills.push(`${everything ? 'everything' : 'the worker'} with ${there} of ${size} tasks in Todoist`)
    tell(`kill ${before + kills.length}: ${kills.at(-1)}`)
    if (everything) {
      await product.killEverything()
      run = await product.start('--yes')
    } else {
      run = await killWorker(stand)
    }
  }
  await product.settled()
  const seconds = (performance.now() - began) / 1000
  const requests = await stand.requests()
  const second = await product.command('sync-once', '--json')
  const secondPassWrites = writesOf(await stand.requests()) - writesOf(requests)
  const found = compareSides(book, await stand.tasks())
  return {
    kills,
    seconds,
    requests,
    secondPassWrites,
    lost: found.lost.length,
    duplicated: found.duplicated.length,
    failures: [
      ...comparisonFailures(found),
      ...(second.code === 0 ? [] : [`the sync-once at the end ended with exit code ${second.code}`]),
      ...(secondPassWrites === 0
        ? []
        : [`the sync-once at the end made ${secondPassWrites} requests to write`]),
    ],
  }
}

/** The supervisor starts another one. */
async function killWorker({ product, signal }: Stand) {
  const worker = product.run()?.pids.worker
  if (worker === undefined || !kill(worker)) throw new Error('there is no worker to kill')
  const back = () => {
    const run = product.run()
    return run?.pids.worker !== undefined && run.pids.worker !== worker ? run : undefined
  }
  return waitFor('another worker', back, { signal, timeoutMs: BACK_WITHIN_MS })
}

/** Asked over a connection of its own: the one before may have been to a Postgres that was killed. */
async function isFilled(postgres: string | undefined): Promise<boolean> {
  const record = new ProductRecord(postgres ?? '')
  return record.isFilled().finally(() => record.close())
}
