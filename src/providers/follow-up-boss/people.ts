import { oneLine } from '../../core/normalise.ts'
import type { PeopleQuery, RemotePerson } from '../contract.ts'
import { attempt, type Client } from './client.ts'
import { inLanes } from './lanes.ts'
import { listPage, nextStep, PAGE_LIMIT, TRAIL_START } from './list.ts'
import { personSchema } from './wire.ts'

/** A name that is part of more people than these is not searched to the end, and so finds nobody. */
const NAME_PAGES = 10

const DOMAIN = /^[a-z0-9-]+$/iu

/** The contract's `people`: those of the ids, or all with exactly this full name, letter case ignored. */
export async function people(client: Client, query: PeopleQuery): Promise<readonly RemotePerson[]> {
  return 'name' in query ? byName(client, query.name) : byIds(client, [...new Set(query.ids)])
}

async function byIds(client: Client, ids: readonly string[]): Promise<readonly RemotePerson[]> {
  const found: RemotePerson[] = []
  for (let at = 0; at < ids.length; at += PAGE_LIMIT) {
    const wanted = ids.slice(at, at + PAGE_LIMIT)
    const page = await listPage(client, 'people', { ids: wanted.join(',') })
    const rows = page.rows.flatMap(personOf(client))
    if (rows.every(({ remoteId }) => wanted.includes(remoteId))) found.push(...rows)
    else found.push(...(await oneByOne(client, wanted)))
  }
  return found
}

/** For a service that does not filter people by ids. */
async function oneByOne(client: Client, ids: readonly string[]): Promise<readonly RemotePerson[]> {
  const found: RemotePerson[] = []
  await inLanes(
    ids.map((id) => [id]),
    async (id) => {
      const answer = await attempt(client, {
        method: 'GET',
        path: `/people/${encodeURIComponent(id)}`,
        object: true,
      })
      if (!('error' in answer)) found.push(...personOf(client)(answer.body))
      else if (answer.error.kind !== 'gone' && answer.error.kind !== 'not-visible') throw answer.error
    },
  )
  return found
}

async function byName(client: Client, name: string): Promise<readonly RemotePerson[]> {
  const wanted = folded(name)
  if (wanted === '') return []
  const found: RemotePerson[] = []
  let trail = TRAIL_START
  let next: string | null = null
  for (let pages = 0; pages < NAME_PAGES; pages += 1) {
    const page = await listPage(client, 'people', { name: oneLine(name) }, next)
    found.push(...page.rows.flatMap(personOf(client)).filter((one) => folded(one.name) === wanted))
    const step = nextStep(page, trail)
    if (typeof step === 'string') return found
    next = step.next
    trail = step.trail
  }
  return []
}

function personOf({ connection }: Client): (row: unknown) => readonly RemotePerson[] {
  const { domain = null } = connection.facts ?? {}
  return (row) => {
    const { data } = personSchema.safeParse(row)
    if (data === undefined) return []
    const { id, name, phones: phone, emails: email, lastName, addresses: city } = data
    const told = { remoteId: id, name: oneLine(name ?? ''), phone, email, url: pageOf(domain, id) }
    return [{ ...told, ...(lastName === null ? {} : { lastName }), ...(city === null ? {} : { city }) }]
  }
}

/** The person's page in the service's own app (reference §2); null where the account's domain is not known. */
export function pageOf(domain: string | null, id: string): string | null {
  return domain !== null && DOMAIN.test(domain)
    ? `https://${domain}.followupboss.com/2/people/view/${id}`
    : null
}

const folded = (name: string): string => oneLine(name).toLowerCase()
