import type { Connection, DbTime, DealPage, Deals } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { attempt, type Client } from './client.ts'
import { dealFields } from './deal-fields.ts'
import { decodeDeal, decodeDeals, identified } from './deal-mapping.ts'
import { listDeals, WITH_HIDDEN } from './deal-walk.ts'
import { unreadableError } from './errors.ts'
import { inLanes } from './lanes.ts'
import { listPage, PAGE_LIMIT } from './list.ts'
import { pageOf } from './people.ts'
import { stages } from './pipelines.ts'

/** The contract's `deals` (reference §8, §9). Nothing here writes. */
export const dealsOf = (clientOf: (connection: Connection) => Client): Deals => ({
  stages: (connection) => stages(clientOf(connection)),
  list: (connection, position) => listDeals(clientOf(connection), position),
  read: (connection, ids) => readDeals(clientOf(connection), ids),
  fields: (connection) => dealFields(clientOf(connection)),
  // There is no page of a deal to link to (reference §2): its first person's shows it.
  page(facts, { people: [first] }) {
    return first === undefined ? null : pageOf(facts?.domain ?? null, first.id)
  },
})

/** What came of one request. `told`: the deals that it said something of. */
type Look = Omit<DealPage, 'askedAt'> & { readonly askedAt: DbTime | null; readonly told: readonly string[] }

/** A label of a user may hold anything; what cannot be an id is not asked for. */
const ID = /^[1-9]\d{0,14}$/

/**
 * The contract's `deals.read`. That `ids=` works for deals is not documented: it is tried, and used as long as only deals
 * come back that were asked for. Also for one deal alone, because not every key is shown the account's own fields by
 * lists (reference §16, U23), and a deal should read as it was listed. One that the list leaves out is asked for alone,
 * which shows it also where lists hide it.
 */
async function readDeals(client: Client, given: readonly string[]): Promise<DealPage> {
  const ids = [...new Set(given)].filter((id) => ID.test(id))
  const looks: Look[] = []
  for (let at = 0; at < ids.length && client.memory.dealIdsFilter !== false; at += PAGE_LIMIT)
    looks.push(await readTogether(client, ids.slice(at, at + PAGE_LIMIT)))
  const told = new Set(looks.flatMap((look) => look.told))
  await inLanes(
    ids.filter((id) => !told.has(id)).map((id) => [id]),
    async (id) => {
      looks.push(await readOne(client, id))
    },
  )
  const times = looks.flatMap(({ askedAt }) => askedAt ?? [])
  return {
    askedAt: times.sort()[0] ?? (await client.connection.gate.take('global')).askedAt,
    deals: looks.flatMap(({ deals }) => deals),
    unreadable: looks.flatMap(({ unreadable }) => unreadable),
  }
}

async function readTogether(client: Client, ids: readonly string[]): Promise<Look> {
  try {
    const page = await listPage(client, 'deals', { ids: ids.join(','), ...WITH_HIDDEN })
    const rows = page.rows.filter((row) => identified(row).some((id) => ids.includes(id)))
    client.memory.dealIdsFilter = rows.length === page.rows.length
    return { askedAt: page.askedAt, told: rows.flatMap(identified), ...decodeDeals(rows) }
  } catch (error) {
    // A list that refuses the filter says nothing about the deals.
    if (!(error instanceof ProviderError) || error.kind !== 'invalid') throw error
    client.memory.dealIdsFilter = false
    return { askedAt: null, told: [], deals: [], unreadable: [] }
  }
}

async function readOne(client: Client, id: string): Promise<Look> {
  const path = `/deals/${id}`
  const answer = await attempt(client, { method: 'GET', path, object: true })
  const look = { askedAt: answer.askedAt, told: [id], deals: [], unreadable: [] }
  if ('error' in answer) {
    if (answer.error.kind === 'gone' || answer.error.kind === 'not-visible') return look
    if (answer.error.kind === 'invalid') return { ...look, unreadable: [id] }
    throw answer.error
  }
  // No JSON at all is an answer that broke off, and says nothing about the deal.
  if (answer.body === undefined) throw unreadableError('a deal')
  const deal = decodeDeal(answer.body)
  return deal?.id === id ? { ...look, deals: [deal] } : { ...look, unreadable: [id] }
}
