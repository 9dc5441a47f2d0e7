import type { z } from 'zod'
import { isZone } from '../../core/due.ts'
import type { AccountFacts } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { attempt, type Client, send } from './client.ts'
import { unreadableError, wrongAccountError } from './errors.ts'
import { type Listed, listPage, PAGE_LIMIT } from './list.ts'
import {
  type identitySchema as Identity,
  identifiedSchema,
  identitySchema,
  taskSchema,
  userSchema,
} from './wire.ts'

type Probe = boolean | 'unknown'

/**
 * The contract's `check`. `probes`: `updatedAfter`, `isCompleted` and `ids` say whether the list of tasks honours these
 * filters (`unknown` when the account's tasks cannot show it), `owner` whether the key may register webhooks.
 */
export async function check(client: Client): Promise<AccountFacts> {
  const { account, user } = await identity(client)
  const owner = user.isOwner === true
  const head = await listPage(client, 'tasks', {})
  return {
    accountId: account.id,
    userId: user.id,
    zone: await zoneOf(client, user.id),
    seesEveryone: owner || (user.isAdmin ?? user.role === 'Broker'),
    domain: account.domain,
    limits: {},
    probes: {
      owner,
      updatedAfter: await filtersByTime(client, head),
      isCompleted: await filtersByState(client, head),
      ids: await filtersByIds(client, head),
    },
  }
}

/** Whose key it is. Never `/me`, whose answer holds the key itself. Throws `auth` for another account than before. */
export async function identity(client: Client): Promise<z.infer<typeof Identity>> {
  const answer = await send(client, { method: 'GET', path: '/identity' })
  const parsed = identitySchema.safeParse(answer.body)
  if (!parsed.success) throw unreadableError('an identity')
  const { id } = parsed.data.account
  const expected = client.connection.facts?.accountId
  if (expected !== undefined && id !== expected)
    throw wrongAccountError(expected, { write: false, object: false })
  client.memory.account = id
  return parsed.data
}

/** The user's own zone; null when this key may not see it, or the service names one that is none. */
async function zoneOf(client: Client, userId: string): Promise<string | null> {
  const alone = await attempt(client, { method: 'GET', path: `/users/${userId}`, object: true })
  if (!('error' in alone)) return zoneIn([alone.body], userId)
  if (!['gone', 'not-visible', 'invalid'].includes(alone.error.kind)) throw alone.error
  try {
    return zoneIn((await listPage(client, 'users', {})).rows, userId)
  } catch (error) {
    if (error instanceof ProviderError && ['auth', 'not-visible', 'invalid'].includes(error.kind)) return null
    throw error
  }
}

function zoneIn(rows: readonly unknown[], userId: string): string | null {
  const users = rows.map((row) => userSchema.safeParse(row).data)
  const zone = users.find((user) => user?.id === userId)?.timezone ?? null
  return zone !== null && isZone(zone) ? zone : null
}

/** Nothing changes in the far future: rows mean that the filter is ignored. */
async function filtersByTime(client: Client, head: Listed): Promise<Probe> {
  if (head.rows.length === 0) return 'unknown'
  const page = await listPage(client, 'tasks', { updatedAfter: '2100-01-01T00:00:00Z' })
  return page.rows.length === 0
}

/** Ignored when completed tasks come; honoured when those of the head stay away. */
async function filtersByState(client: Client, head: Listed): Promise<Probe> {
  if (!head.rows.some(isCompleted)) return 'unknown'
  const page = await listPage(client, 'tasks', { isCompleted: 'false' })
  return !page.rows.some(isCompleted)
}

/** Two ids that are not all there is: exactly these must come. */
async function filtersByIds(client: Client, head: Listed): Promise<Probe> {
  const known = idsOf(head)
  const wanted = known.slice(-2)
  if (known.length < 3) return 'unknown'
  const page = await listPage(client, 'tasks', { ids: wanted.join(','), limit: String(PAGE_LIMIT) })
  const got = idsOf(page)
  return got.length === wanted.length && wanted.every((id) => got.includes(id))
}

const isCompleted = (row: unknown): boolean => taskSchema.safeParse(row).data?.isCompleted === true

const idsOf = (page: Listed): string[] =>
  page.rows.flatMap((row) => identifiedSchema.safeParse(row).data?.id ?? [])
