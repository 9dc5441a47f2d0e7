import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type Connection, nth, type Question, type Questionnaire, stale } from './asking.ts'
import type { Simulated } from './simulated.ts'

const API = '/api/v1'
const LIST = `${API}/tasks?limit=200`
const COMPLETED = `${API}/tasks/completed/by_completion_date?limit=200`
const DAY_MS = 86_400_000
const BATCH = 100
const RESOURCES = ['items', 'projects', 'sections', 'labels']

const page = z.object({
  results: z.array(z.object({ id: z.string(), project_id: z.string() })),
  next_cursor: z.string().nullable(),
})
const completedPage = z.object({ next_cursor: z.string().optional() })
const synced = z.object({
  sync_token: z.string(),
  sync_status: z.record(z.string(), z.unknown()).optional(),
  temp_id_mapping: z.record(z.string(), z.string()),
})

/** Pages, single reads, writes and syncs. Half of the tasks are completed first, so that those can be listed. */
export async function todoistQuestions(service: Simulated, to: Connection): Promise<Questionnaire> {
  const sync = async (body: object) => {
    const answer = synced.parse(await to.json('POST', `${API}/sync`, body))
    const refused = Object.values(answer.sync_status ?? {}).find((status) => status !== 'ok')
    if (refused !== undefined) throw new Error(`Todoist refused a command: ${JSON.stringify(refused)}`)
    return answer
  }
  const run = (type: string, all: readonly object[]) =>
    sync({ commands: all.map((args) => ({ type, uuid: randomUUID(), temp_id: randomUUID(), args })) })

  const pages: string[] = ['']
  const all: { id: string; project_id: string }[] = []
  for (const cursor of pages) {
    const answer = page.parse(await to.json('GET', `${LIST}${cursor}`))
    all.push(...answer.results)
    if (answer.next_cursor !== null) pages.push(`&cursor=${encodeURIComponent(answer.next_cursor)}`)
  }
  const closed = Math.floor(all.length / 2)
  for (let from = 0; from < closed; from += BATCH) {
    const batch = all.slice(from, Math.min(from + BATCH, closed))
    await run(
      'item_close',
      batch.map(({ id }) => ({ id })),
    )
  }
  const tasks = all.slice(closed)
  /** Spread over all of them. */
  const task = (n: number) => nth(tasks, n * 7)
  const hundred = (n: number) => Array.from({ length: 100 }, (_, of) => task(n + of).id).join(',')
  const list = (name: string, query: (n: number) => string, of = LIST): Question => ({
    name: `Todoist: ${name}`,
    isPage: true,
    ask: (n) => to.text('GET', `${of}${query(n)}`),
  })
  const span = `&since=${isoIn(-30)}&until=${isoIn(1)}`

  const { next_cursor } = completedPage.parse(await to.json('GET', `${COMPLETED}${span}`))
  const further = encodeURIComponent(next_cursor ?? '')

  let made = 0
  let token = (await sync({ sync_token: '*', resource_types: ['user'] })).sync_token
  let project: string | undefined
  const questions: Question[] = [
    list('first page of 200', () => ''),
    list('deep page of 200', (n) => nth(pages.slice(Math.floor(pages.length / 2)), n)),
    list('those of a project', (n) => `&project_id=${task(n).project_id}`),
    list('those with a label', () => '&label=call'),
    list('100 by id', (n) => `&ids=${hundred(n)}`),
    list('first completed ones', () => span, COMPLETED),
    list('further completed ones', () => `${span}&cursor=${further}`, COMPLETED),
    { name: 'Todoist: one task', ask: (n) => to.text('GET', `${API}/tasks/${task(n).id}`) },
    {
      name: 'Todoist: update',
      ask: (n) => to.text('POST', `${API}/tasks/${task(n).id}`, { content: `Renamed ${n}` }),
    },
    {
      name: 'Todoist: create',
      ask: async (n) => {
        await to.text('POST', `${API}/tasks`, { content: `Made ${n}` })
        made += 1
      },
    },
    {
      name: 'Todoist: sync, 5 changes',
      before: (n) =>
        run(
          'item_update',
          [0, 1, 2, 3, 4].map((of) => ({ id: task(n + of).id, content: `Renamed ${n}` })),
        ),
      ask: async () => {
        token = (await sync({ sync_token: token, resource_types: RESOURCES })).sync_token
      },
    },
    {
      name: 'Todoist: sync, 100 commands',
      times: 40,
      before: async (n) => {
        // A project holds 300.
        if (n % 3 !== 0) return
        const { temp_id_mapping } = await run('project_add', [{ name: `Made ${n}` }])
        project = Object.values(temp_id_mapping)[0]
      },
      ask: async (n) => {
        const names = Array.from({ length: BATCH }, (_, of) => `Made ${n}, ${of}`)
        await run(
          'item_add',
          names.map((content) => ({ content, project_id: project })),
        )
        made += BATCH
      },
    },
    {
      name: 'Todoist: full sync',
      times: 10,
      ask: () => to.text('POST', `${API}/sync`, { sync_token: '*', resource_types: RESOURCES }),
    },
    stale(
      service,
      list('first page of 200', () => ''),
    ),
  ]
  return { questions, made: () => made }
}

function isoIn(days: number): string {
  return new Date(Date.now() + days * DAY_MS).toISOString()
}
