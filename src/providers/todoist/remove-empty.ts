import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Connection } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { type Asker, askerOf, type Client } from './client.ts'
import type { ContainerKind } from './container-commands.ts'
import { commandError, notUnderstood, outcomeUnknown } from './errors.ts'
import { exchange } from './write.ts'

/** Completed tasks are listed for at most three months at a time (reference §7.1); days, some below. */
const WINDOW_DAYS = 85
const DAY_MS = 86_400_000

const madeSchema = z.object({ created_at: z.string().nullish(), added_at: z.string().nullish() })
const openSchema = z.object({ results: z.array(z.unknown()) })
const completedSchema = z.object({ items: z.array(z.unknown()) })
const archivedSchema = z.object({
  results: z.array(z.object({ parent_id: z.string().nullish() })),
  next_cursor: z.string().nullish(),
})

/**
 * Deletes a project or section in which nothing is. The service deletes all that is in it for good, so open and
 * completed tasks, sections and projects below it, archived ones too, are asked for first.
 */
export async function removeEmpty(
  client: Client,
  connection: Connection,
  kind: ContainerKind,
  id: string,
): Promise<boolean> {
  const asker = askerOf(connection)
  const made = await madeAt(client, asker, kind, id)
  if (made === 'gone') return true
  const within = `${kind}_id=${encodeURIComponent(id)}`
  if (await isUsed(client, asker, kind, id)) return false
  if (await completedIn(client, asker, within, made, Date.now())) return false
  const command = { type: `${kind}_delete`, uuid: randomUUID(), args: { id } }
  const { reply } = await exchange(client, asker, [command], null, () => undefined)
  const status = reply.sync_status?.[command.uuid]
  if (status === undefined) throw outcomeUnknown('Todoist did not say what became of the command.')
  if (status !== 'ok') throw commandError(status)
  return true
}

/** Whether anything is in it but completed tasks, in an archive too. */
export async function isUsed(
  client: Client,
  asker: Asker,
  kind: ContainerKind,
  id: string,
): Promise<boolean> {
  if (await someOf(client, asker, `/tasks?${kind}_id=${encodeURIComponent(id)}&limit=1`)) return true
  return kind === 'project' && (await holdsMore(client, asker, id))
}

/** Whether open tasks lie in one that was just archived, as far as the service tells of what lies there. */
export async function hidesTasks(
  client: Client,
  asker: Asker,
  kind: ContainerKind,
  id: string,
): Promise<boolean> {
  try {
    return await someOf(client, asker, `/tasks?${kind}_id=${encodeURIComponent(id)}&limit=1`)
  } catch (error) {
    if (error instanceof ProviderError && ['gone', 'not-visible', 'invalid'].includes(error.kind))
      return false
    throw error
  }
}

/** When it was made, in milliseconds since the epoch. */
async function madeAt(
  client: Client,
  asker: Asker,
  kind: ContainerKind,
  id: string,
): Promise<number | 'gone'> {
  try {
    const { body } = await client.get(asker, `/${kind}s/${encodeURIComponent(id)}`)
    const { created_at, added_at } = parsed(madeSchema, body)
    const at = Date.parse(created_at ?? added_at ?? '')
    if (Number.isNaN(at)) throw notUnderstood('read')
    return at
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'gone') return 'gone'
    throw error
  }
}

async function holdsMore(client: Client, asker: Asker, id: string): Promise<boolean> {
  const within = `project_id=${encodeURIComponent(id)}`
  if (await someOf(client, asker, `/sections?${within}&limit=1`)) return true
  if (await someOf(client, asker, `/sections/archived?${within}&limit=1`)) return true
  for (const path of ['/projects', '/projects/archived'])
    if (await hasBelow(client, asker, path, id)) return true
  return false
}

async function hasBelow(client: Client, asker: Asker, path: string, id: string): Promise<boolean> {
  let cursor: string | null = null
  do {
    const query = new URLSearchParams({ limit: '200', ...(cursor === null ? {} : { cursor }) })
    const { body } = await client.get(asker, `${path}?${query}`)
    const page: z.infer<typeof archivedSchema> = parsed(archivedSchema, body)
    if (page.results.some(({ parent_id }) => parent_id === id)) return true
    cursor = page.next_cursor ?? null
  } while (cursor !== null)
  return false
}

async function completedIn(
  client: Client,
  asker: Asker,
  within: string,
  made: number,
  now: number,
): Promise<boolean> {
  // Clocks differ; a day before and behind costs nothing.
  for (let since = made - DAY_MS; since < now + DAY_MS; since += WINDOW_DAYS * DAY_MS) {
    const until = Math.min(since + WINDOW_DAYS * DAY_MS, now + DAY_MS)
    const [from, to] = [since, until].map((at) => encodeURIComponent(new Date(at).toISOString()))
    const path = `/tasks/completed/by_completion_date?since=${from}&until=${to}&${within}&limit=1`
    if (parsed(completedSchema, (await client.get(asker, path)).body).items.length > 0) return true
  }
  return false
}

async function someOf(client: Client, asker: Asker, path: string): Promise<boolean> {
  return parsed(openSchema, (await client.get(asker, path)).body).results.length > 0
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const { data, success } = schema.safeParse(body)
  if (!success) throw notUnderstood('read')
  return data
}
