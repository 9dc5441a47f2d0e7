import { compareSides } from './compare.ts'
import type { Direction } from './direction.ts'
import { comparisonFailures } from './failures.ts'
import { watchMemory } from './memory.ts'
import { ProductRecord } from './record.ts'
import { addRequests, type Outcome, type Requests, takeRequests } from './result.ts'
import type { SideTask } from './side-tasks.ts'
import { onStand, SECRETS, type Stand, type StandOptions } from './stand.ts'
import { waitFor } from './wait.ts'

/** Edits of the user that are under way at once. */
const AT_ONCE = 20
const COMMANDS = 100
const LOST_AFTER_MS = 600_000
/**
 * What the writes of a burst may cost a service that takes 100 in one request: twice the least, and some for the first
 * few edits, which are written before anybody can know that more will come.
 */
const writeLimit = (size: number) => 2 * Math.ceil(size / COMMANDS) + 10

/** One side edited as a whole, until the other side has it all. */
interface Wave {
  direction: Direction
  seconds: number
  requests: Requests
}

/**
 * A settled book of N tasks with webhooks on. A user renames all of them at once in Follow Up Boss, and when they are
 * in step again, all of them in Todoist. Time runs from the first edit to the moment at which both accounts are alike.
 */
export async function burst(
  options: Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number },
): Promise<Outcome> {
  const { size } = options
  return onStand({ ...options, tasks: size, webhooks: true }, async (stand) => {
    const { product, followUpBoss, todoist, tell } = stand
    tell(`a first sync of ${size} tasks`)
    const { addresses } = await product.start('--yes')
    await product.settled()
    await followUpBoss.announceTo(`${addresses.api}/webhook/follow-up-boss`, SECRETS.followUpBoss)
    await todoist.announceTo(`${addresses.api}/webhook/todoist`, SECRETS.todoist)
    const memory = watchMemory(() => product.run()?.pids ?? {})
    const waves = [await wave(stand, 'leftToRight'), await wave(stand, 'rightToLeft')]
    const peakRssMb = memory.stop()
    await product.settled()

    const sides = await stand.tasks()
    const expected = sides['Follow Up Boss'].map(({ title, done }) => ({ title, done }))
    const found = compareSides(expected, sides)
    const record = new ProductRecord(addresses.postgres ?? '')
    const ops = await record.ops().finally(() => record.close())
    const inTodoist = waves[0]?.requests.todoist.write ?? 0
    const rateLimited = (await followUpBoss.rateLimited()) + (await todoist.rateLimited())
    return {
      result: {
        name: 'burst',
        size,
        seconds: Math.round(waves.reduce((sum, one) => sum + one.seconds, 0) * 1000) / 1000,
        requests: addRequests(waves.map((one) => one.requests)),
        ops,
        lost: found.lost.length,
        duplicated: found.duplicated.length,
        rateLimited,
        ...(peakRssMb === undefined ? {} : { peakRssMb }),
      },
      notes: waves.map(waveLine),
      failures: [
        ...comparisonFailures(found),
        ...(expected.length === size ? [] : [`${expected.length} tasks are there, and ${size} were`]),
        ...(rateLimited > 0 ? [`${rateLimited} requests were refused with 429`] : []),
        ...(inTodoist > writeLimit(size)
          ? [`${inTodoist} requests to write in Todoist, and at most ${writeLimit(size)} are allowed`]
          : []),
      ],
    }
  })
}

async function wave(stand: Stand, direction: Direction): Promise<Wave> {
  stand.tell(`a burst ${direction}`)
  const before = await stand.requests()
  const source = direction === 'leftToRight' ? 'Follow Up Boss' : 'Todoist'
  const tasks = (await stand.tasks())[source]
  const began = performance.now()
  await (direction === 'leftToRight' ? renameInFollowUpBoss(stand, tasks) : renameInTodoist(stand, tasks))
  const alike = async () => {
    const { 'Follow Up Boss': left, Todoist: right } = await stand.tasks()
    const words = (side: readonly SideTask[]) => side.map(({ title }) => title).sort()
    return JSON.stringify(words(left)) === JSON.stringify(words(right)) ? true : undefined
  }
  await waitFor('the burst', alike, { signal: stand.signal, timeoutMs: LOST_AFTER_MS, everyMs: 250 })
  const seconds = Math.round(performance.now() - began) / 1000
  // What our own writes echo belongs to the burst.
  await stand.product.settled()
  return { direction, seconds, requests: takeRequests(await stand.requests(), before) }
}

async function renameInFollowUpBoss({ followUpBoss }: Stand, tasks: readonly SideTask[]): Promise<void> {
  const waiting = [...tasks]
  const drain = async () => {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
      await followUpBoss.asUser('PUT', `/v1/tasks/${task.id}`, { name: `${task.title}, on the left` })
  }
  await Promise.all(Array.from({ length: AT_ONCE }, drain))
}

async function renameInTodoist({ todoist }: Stand, tasks: readonly SideTask[]): Promise<void> {
  const commands = tasks.map(({ id, title }) => ({
    type: 'item_update',
    uuid: `burst-${id}`,
    args: { id, content: `${title}, on the right` },
  }))
  const chunks = Array.from({ length: Math.ceil(commands.length / COMMANDS) }, (_, n) =>
    commands.slice(n * COMMANDS, (n + 1) * COMMANDS),
  )
  await Promise.all(chunks.map((chunk) => todoist.asUser('POST', '/api/v1/sync', { commands: chunk })))
}

function waveLine({ direction, seconds, requests }: Wave): string {
  const counts = Object.entries(requests).map(([service, { read, write }]) => `${service} ${read}+${write}`)
  return `${direction}: ${seconds} s; requests (read + write): ${counts.join(', ')}`
}
