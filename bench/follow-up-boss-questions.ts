import { z } from 'zod'
import { type Connection, nth, type Question, type Questionnaire, stale } from './asking.ts'
import type { Simulated } from './simulated.ts'

const LIST = '/v1/tasks?limit=100'
const HOUR_MS = 3_600_000

const page = z.object({
  _metadata: z.object({ next: z.string().nullable() }),
  tasks: z.array(z.object({ id: z.number(), personId: z.number() })),
})

/** Pages, single reads and writes. */
export async function followUpBossQuestions(service: Simulated, to: Connection): Promise<Questionnaire> {
  const pages: string[] = ['']
  const tasks: { id: number; personId: number }[] = []
  for (const next of pages) {
    const answer = page.parse(await to.json('GET', `${LIST}${next}`))
    tasks.push(...answer.tasks)
    if (answer._metadata.next !== null) pages.push(`&next=${encodeURIComponent(answer._metadata.next)}`)
  }
  /** Spread over all of them. */
  const task = (n: number) => nth(tasks, n * 7)
  const hundred = (n: number) => Array.from({ length: 100 }, (_, of) => task(n + of).id).join(',')
  const list = (name: string, query: (n: number) => string): Question => ({
    name: `Follow Up Boss: ${name}`,
    isPage: true,
    ask: (n) => to.text('GET', `${LIST}${query(n)}`),
  })
  let made = 0
  const questions: Question[] = [
    list('first page of 100', () => ''),
    list('deep page of 100', (n) => nth(pages.slice(Math.floor(pages.length / 2)), n)),
    list('open ones of a user', () => '&isCompleted=false&assignedUserId=1'),
    list('those of a person', (n) => `&personId=${task(n).personId}`),
    list('by words', () => '&name=survey'),
    list('100 by id', (n) => `&ids=${hundred(n)}`),
    list('changed lately', () => `&updatedAfter=${new Date(Date.now() - HOUR_MS).toISOString()}`),
    list('in order of names', () => '&sort=name'),
    { name: 'Follow Up Boss: one task', ask: (n) => to.text('GET', `/v1/tasks/${task(n).id}`) },
    {
      name: 'Follow Up Boss: update',
      ask: (n) => to.text('PUT', `/v1/tasks/${task(n).id}`, { name: `Renamed ${n}` }),
    },
    {
      name: 'Follow Up Boss: create',
      ask: async (n) => {
        await to.text('POST', '/v1/tasks', { personId: task(n).personId, name: `Made ${n}` })
        made += 1
      },
    },
    stale(
      service,
      list('first page of 100', () => ''),
    ),
  ]
  return { questions, made: () => made }
}
