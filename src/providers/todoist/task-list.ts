import type { DbTime, Observation } from '../contract.ts'
import type { Asker, Client } from './client.ts'
import { notUnderstood } from './errors.ts'
import { observe } from './mapping.ts'
import { taskPageSchema } from './wire.ts'

/** Most tasks that a page of the service's list shows. */
const PAGE_SIZE = 200
/** Ends a listing whose pages never do. A project holds at most 300 open tasks. */
const MAX_PAGES = 50

/** The open tasks of a project or section, as of the first page's slot. One request for every 200. */
export async function listTasks(
  client: Client,
  asker: Asker,
  within: { readonly project_id: string } | { readonly section_id: string },
): Promise<{ readonly askedAt: DbTime; readonly observations: readonly Observation[] }> {
  const observations: Observation[] = []
  let askedAt: DbTime | null = null
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ ...within, limit: String(PAGE_SIZE) })
    if (cursor !== null) query.set('cursor', cursor)
    const answer = await client.get(asker, `/tasks?${query}`)
    const parsed = taskPageSchema.safeParse(answer.body)
    if (!parsed.success) throw notUnderstood('read')
    askedAt ??= answer.askedAt
    observations.push(...parsed.data.results.flatMap((row) => observe(row) ?? []))
    cursor = parsed.data.next_cursor ?? null
    if (cursor === null) return { askedAt, observations }
  }
  throw notUnderstood('read')
}
