import { cpus, loadavg } from 'node:os'
import { basicKey } from '../simulators/kit/client.ts'
import { Connection, type Times, timesOf } from './asking.ts'
import { followUpBossQuestions } from './follow-up-boss-questions.ts'
import { stopProgram } from './programs.ts'
import type { Outcome } from './result.ts'
import { followUpBossTasks, todoistTasks } from './side-tasks.ts'
import { addressesOf, type StandOptions, startSimulators } from './stand.ts'
import { todoistQuestions } from './todoist-questions.ts'

/** So long a page may take at the 95th percentile: below what the product itself takes for anything. */
const PAGE_MS = 20
/** Counted, but never reached. */
const NO_LIMIT = 10_000_000

type Options = Pick<StandOptions, 'seed' | 'signal' | 'tell'> & { size: number }

/**
 * Both simulated services alone, with `size` tasks each, so that other benchmarks measure the product: how long they
 * take to answer one request at a time over a connection that stays open. A page must not take 20 ms (p95), and in
 * the end each account must hold what it was given, once.
 */
export async function simulators({ size, seed, signal, tell }: Options): Promise<Outcome> {
  const began = performance.now()
  const content = ['--data', String(size), '--todoist-data', String(size), '--seed', String(seed)]
  const running = startSimulators(...content)
  try {
    const { followUpBoss, todoist } = await addressesOf(running)
    await followUpBoss.set({ rateLimit: NO_LIMIT })
    const limits = ['partialSyncsPerWindow', 'fullSyncsPerWindow', 'restRequestsPerWindow', 'projects']
    await todoist.set(Object.fromEntries(limits.map((name) => [name, NO_LIMIT])))
    const one = new Connection(followUpBoss.url, {
      ...basicKey('bench-owner'),
      'x-system': 'Dealbridge bench',
      'x-system-key': 'bench-system-key',
    })
    const other = new Connection(todoist.url, { authorization: 'Bearer bench-token' })
    try {
      const left = await followUpBossQuestions(followUpBoss, one)
      const right = await todoistQuestions(todoist, other)
      const answersMs: Record<string, Times> = {}
      const slow: string[] = []
      for (const question of [...left.questions, ...right.questions]) {
        tell(question.name)
        const times = await timesOf(question, signal)
        answersMs[question.name] = times
        if (question.isPage === true && times.p95 >= PAGE_MS)
          slow.push(
            `${question.name}: ${times.p95} ms at p95, and a page has to come in less than ${PAGE_MS}`,
          )
      }
      const surplus = [
        followUpBossTasks(await followUpBoss.state()).length - size - left.made(),
        todoistTasks(await todoist.state()).length - size - right.made(),
      ]
      const lost = surplus.reduce((sum, tasks) => sum + Math.max(0, -tasks), 0)
      const duplicated = surplus.reduce((sum, tasks) => sum + Math.max(0, tasks), 0)
      return {
        result: {
          name: 'simulators',
          size,
          seconds: Math.round(performance.now() - began) / 1000,
          requests: {
            'follow-up-boss': await followUpBoss.requests(),
            todoist: await todoist.requests(),
          },
          answersMs,
          lost,
          duplicated,
        },
        notes: [
          'one request at a time to each service, milliseconds to the last byte of its answer',
          loadNote(),
        ],
        failures: [
          ...slow,
          ...(lost + duplicated === 0 ? [] : [`${lost} tasks lost, ${duplicated} doubled`]),
        ],
      }
    } finally {
      await Promise.all([one.close(), other.close()])
    }
  } finally {
    await stopProgram(running, 5_000)
  }
}

/** Where more wants to run than there are cores, times tell of the rest. */
function loadNote(): string {
  const load = Math.round((loadavg()[0] ?? 0) * 10) / 10
  return `load of the machine ${load}, cores ${cpus().length}: with more load than cores, times are of no use`
}
