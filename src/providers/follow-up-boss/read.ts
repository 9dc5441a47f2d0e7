import type { DbTime, Observation, ReadResult } from '../contract.ts'
import type { ProviderError } from '../provider-error.ts'
import { attempt, type Client } from './client.ts'
import { unreadableError } from './errors.ts'
import { inLanes } from './lanes.ts'
import { PAGE_LIMIT } from './list.ts'
import { observe } from './mapping.ts'
import { parsePage } from './wire.ts'

/** An observation, or why this id could not be looked at now. */
type Look = { readonly askedAt: DbTime | null; readonly seen: Observation | ProviderError }

/**
 * The contract's `read`. `GET /tasks?ids=` is not documented for tasks: it is tried, and used as long as only tasks
 * come back that were asked for. An id that such an answer leaves out is asked for alone, because lists may lag.
 *
 * One task at which the service fails costs the others nothing: it is `in-doubt`. What stops the whole read (the
 * budget, the key, an outage) leaves the rest unreached.
 */
export async function read(client: Client, remoteIds: readonly string[]): Promise<ReadResult> {
  const seen = new Map<string, Observation>()
  const times: DbTime[] = []
  const trouble: ProviderError[] = []
  const note = ({ askedAt, seen: result }: Look): void => {
    if (askedAt !== null) times.push(askedAt)
    if ('remoteId' in result) seen.set(result.remoteId, result)
    else trouble.push(result)
  }
  // With a budget of one slot at a time the list would else take it each time, and nothing would ever be looked at.
  const listed = remoteIds.filter((id) => !client.memory.leftOut.has(id))
  for (const batch of chunks(listed, PAGE_LIMIT)) {
    if (batch.length < 2 || filterIgnored(client) || trouble.length > 0) break
    for (const look of await readTogether(client, batch)) note(look)
  }
  const rest = remoteIds.filter((id) => !seen.has(id))
  await inLanes(
    rest.map((id) => [id]),
    async (id) => {
      if (!stopped(trouble)) note(await readOne(client, id))
    },
  )
  const [first] = trouble
  const askedAt = times.sort()[0]
  if (first !== undefined && (seen.size === 0 || askedAt === undefined)) throw first
  const unreached = stopped(trouble) ? (trouble.at(-1) ?? null) : null
  const observations = remoteIds.flatMap((id) => seen.get(id) ?? (unreached === null ? inDoubt(id) : []))
  return {
    askedAt: askedAt ?? (await client.connection.gate.take('global')).askedAt,
    observations,
    unreached,
  }
}

/** How many failures of the service are an outage, and not its trouble with single tasks. */
const OUTAGE = 5

function stopped(trouble: readonly ProviderError[]): boolean {
  return trouble.length >= OUTAGE || trouble.some(({ kind }) => kind !== 'transient')
}

function filterIgnored({ connection, memory }: Client): boolean {
  return (memory.idsFilter ?? connection.facts?.probes.ids) === false
}

async function readTogether(client: Client, ids: readonly string[]): Promise<readonly Look[]> {
  const query = { ids: ids.join(','), limit: String(PAGE_LIMIT) }
  const answer = await attempt(client, { method: 'GET', path: '/tasks', query })
  if ('error' in answer) {
    // A list that refuses the filter says nothing about the tasks.
    if (answer.error.kind === 'invalid') client.memory.idsFilter = false
    return answer.error.kind === 'invalid' ? [] : [{ askedAt: answer.askedAt, seen: answer.error }]
  }
  const page = parsePage('tasks', answer.body)
  if (page === null) return []
  const rows = page.rows.map(observe).filter((one) => one !== null)
  const looks = rows.filter((look) => ids.includes(look.remoteId))
  client.memory.idsFilter = looks.length === rows.length
  const shown = new Set(looks.map((look) => look.remoteId))
  for (const id of ids) if (!shown.has(id)) client.memory.leftOut.add(id)
  return looks.map((seen) => ({ askedAt: answer.askedAt, seen }))
}

async function readOne(client: Client, remoteId: string): Promise<Look> {
  const path = `/tasks/${encodeURIComponent(remoteId)}`
  const answer = await attempt(client, { method: 'GET', path, object: true })
  const { askedAt } = answer
  if (askedAt !== null) client.memory.leftOut.delete(remoteId)
  if (!('error' in answer)) {
    const seen = observe(answer.body)
    if (seen?.remoteId === remoteId) return { askedAt, seen }
    // No JSON at all is an answer that broke off, and says nothing about the task.
    if (answer.body === undefined) return { askedAt, seen: unreadableError('a task') }
    return { askedAt, seen: { kind: 'unknown', remoteId, why: 'unreadable' } }
  }
  switch (answer.error.kind) {
    case 'gone':
      // The same words are used for what does not exist and for what this key may not see.
      return client.connection.facts?.seesEveryone === true
        ? { askedAt, seen: { kind: 'gone', remoteId, certain: false } }
        : { askedAt, seen: { kind: 'unknown', remoteId, why: 'not-visible' } }
    case 'not-visible':
      return { askedAt, seen: { kind: 'unknown', remoteId, why: 'not-visible' } }
    case 'invalid':
      return { askedAt, seen: { kind: 'unknown', remoteId, why: 'unreadable' } }
    default:
      return { askedAt, seen: answer.error }
  }
}

const inDoubt = (remoteId: string): Observation => ({ kind: 'unknown', remoteId, why: 'in-doubt' })

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) =>
    all.slice(at * size, (at + 1) * size),
  )
}
