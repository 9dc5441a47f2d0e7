import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Connection, NewLabel, PersonalLabels } from '../contract.ts'
import type { ProviderError } from '../provider-error.ts'
import { MAX_COMMANDS } from './capabilities.ts'
import { askerOf, type Client } from './client.ts'
import { commandError, notUnderstood, outcomeUnknown } from './errors.ts'

const PAGE_SIZE = 200
/** By the names that the service has for them (reference §10). */
const COLORS: PersonalLabels['colors'] = {
  type: 'blue',
  scope: 'charcoal',
  trouble: 'red',
  'deal-type': 'green',
  county: 'taupe',
}
/** An account holds 500 labels (reference §14.1); ends a listing whose pages never do. */
const MAX_PAGES = 20

const pageSchema = z.object({
  results: z.array(z.object({ name: z.string() })),
  next_cursor: z.string().nullish(),
})

/** Personal labels: listed by REST, 200 a page, and made by Sync, 100 a request. */
export const createLabels = (client: Client): PersonalLabels => ({
  colors: COLORS,
  list: (connection) => list(client, connection),

  async make(connection, labels) {
    const wanted = without(labels, await list(client, connection))
    const made: string[] = []
    let failure: ProviderError | null = null
    for (let from = 0; from < wanted.length; from += MAX_COMMANDS)
      for (const { name, error } of await add(client, connection, wanted.slice(from, from + MAX_COMMANDS)))
        if (error === null) made.push(name)
        else failure ??= error
    // Somebody may have made it just now: then it is refused, and there.
    if (failure !== null && without(wanted, await list(client, connection)).length > 0) throw failure
    return made
  },
})

/** Those whose names are not there, each once. The service compares names without letter case (reference §11, U18). */
function without(labels: readonly NewLabel[], there: readonly string[]): readonly NewLabel[] {
  const taken = new Set(there.map(nameKey))
  return labels.filter(({ name }) => {
    const isNew = !taken.has(nameKey(name))
    taken.add(nameKey(name))
    return isNew
  })
}

function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase()
}

async function list(client: Client, connection: Connection): Promise<readonly string[]> {
  const names: string[] = []
  let cursor: string | null = null
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({ limit: String(PAGE_SIZE), ...(cursor === null ? {} : { cursor }) })
    const parsed = pageSchema.safeParse((await client.get(askerOf(connection), `/labels?${query}`)).body)
    if (!parsed.success) throw notUnderstood('read')
    names.push(...parsed.data.results.map(({ name }) => name))
    cursor = parsed.data.next_cursor ?? null
    if (cursor === null) return names
  }
  throw notUnderstood('read')
}

async function add(client: Client, connection: Connection, labels: readonly NewLabel[]) {
  const commands = labels.map(({ name, color }) => ({
    type: 'label_add',
    uuid: randomUUID(),
    temp_id: randomUUID(),
    args: { name, color },
  }))
  const { reply } = await client.sync(askerOf(connection), { token: null, commands })
  return commands.map(({ uuid, args: { name } }) => {
    const status = reply.sync_status?.[uuid]
    if (status === 'ok') return { name, error: null }
    const error = status === undefined ? outcomeUnknown(NOT_TOLD) : commandError(status)
    return { name, error }
  })
}

const NOT_TOLD = 'Todoist did not say what became of the command.'
