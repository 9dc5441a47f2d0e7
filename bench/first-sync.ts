import { compareSides } from './compare.ts'
import { comparisonFailures } from './failures.ts'
import { homeFailures } from './homes.ts'
import { watchMemory } from './memory.ts'
import { ProductRecord } from './record.ts'
import { type Outcome, totalOf, writesOf } from './result.ts'
import { onStand, type Stand, type StandOptions } from './stand.ts'

/** How many rows Follow Up Boss lists in one page, and how many commands Todoist takes in one request. */
const BATCH = 100

/**
 * A book of open tasks in Follow Up Boss and an empty Todoist. Time runs from the call of `dealbridge sync-once` to
 * its return; requests are all that the services had to answer since Dealbridge was started. A second `sync-once`
 * must not write.
 */
export async function firstSync(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number; deals?: number | undefined },
): Promise<Outcome> {
  const { size, deals } = options
  return onStand({ ...options, tasks: size }, async (stand) => {
    const { product, tell } = stand
    const book = (await stand.tasks())['Follow Up Boss']
    tell('starting Dealbridge')
    const { addresses } = await product.start()
    const memory = watchMemory(() => product.run()?.pids ?? {})
    tell(`first sync of ${size} tasks`)
    const began = Date.now()
    const first = await product.command('sync-once', '--yes', '--json')
    const peakRssMb = memory.stop()
    const requests = await stand.requests()
    const busy = await lastRequestAfter(stand, began)

    tell('second pass')
    const second = await product.command('sync-once', '--json')
    const after = await stand.requests()
    const secondPassWrites = writesOf(after) - writesOf(requests)
    const found = compareSides(book, await stand.tasks())

    const record = new ProductRecord(addresses.postgres ?? '')
    const ops = await record.ops().finally(() => record.close())
    const limit = deals === undefined ? requestLimit(size) : requestLimitOfDeals(size, deals)
    const homes =
      deals === undefined ? [] : homeFailures(await stand.followUpBoss.state(), await stand.todoist.state())
    const made = totalOf(requests)
    return {
      result: {
        name: 'first-sync',
        size,
        seconds: first.seconds,
        requests,
        ops,
        lost: found.lost.length,
        duplicated: found.duplicated.length,
        secondPassWrites,
        ...(peakRssMb === undefined ? {} : { peakRssMb }),
      },
      notes: [
        `${made} requests of at most ${limit}; the last of the first sync came ${busy} s after its start`,
        `the second pass took ${second.seconds} s and ${totalOf(after) - made} requests`,
        'memory: RSS of worker and temporal; PSS of all processes of postgres',
      ],
      failures: [
        ...comparisonFailures(found),
        ...homes,
        ...(made > limit ? [`${made} requests, and at most ${limit} are allowed`] : []),
        ...(secondPassWrites > 0 ? [`the second pass made ${secondPassWrites} requests to write`] : []),
        ...(first.code !== 0 ? [`sync-once ended with exit code ${first.code}`] : []),
        ...(second.code !== 0 ? [`the second sync-once ended with exit code ${second.code}`] : []),
      ],
    }
  })
}

/** Tasks that a project takes from Dealbridge, and requests that do not grow with the size: keys, probes, second looks. */
const PER_PROJECT = 270
const FIXED = 12

/** 1.2 × the least: pages to list, batches of tasks and of the projects for them, and what comes once. */
export function requestLimit(size: number): number {
  const batches = Math.ceil((size + Math.ceil(size / PER_PROJECT)) / BATCH)
  return Math.floor(1.2 * (Math.ceil(size / BATCH) + batches + FIXED))
}

/** What comes once for the deals: their stages, and where archived and deleted ones are looked for. */
const FIXED_OF_DEALS = 4

/**
 * 1.3 × the least: pages of tasks, deals and people, batches of tasks with the sections and projects for them, and what comes
 * once.
 */
export function requestLimitOfDeals(size: number, deals: number): number {
  const projects = Math.ceil(deals / 18) + Math.ceil(size / PER_PROJECT)
  const listed = [size, deals, deals].reduce((pages, rows) => pages + Math.ceil(rows / BATCH), 0)
  return Math.floor(1.3 * (listed + Math.ceil((size + deals + projects) / BATCH) + FIXED + FIXED_OF_DEALS))
}

/** When the product made its last request, in seconds after a moment. */
async function lastRequestAfter({ followUpBoss, todoist }: Stand, began: number): Promise<number> {
  const logs = await Promise.all([followUpBoss.requestLog(), todoist.requestLog()])
  const times = logs.flat().map(({ at }) => Date.parse(at))
  return Math.max(0, ...times.map((time) => time - began)) / 1000
}
