import type { DealField } from '../../core/deal.ts'
import { proposeDealFields } from '../../core/deal-field-proposal.ts'
import type { DealFieldNames } from '../../core/deal-policy.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import { connectionById } from '../../store/connections.ts'
import { containersOfRoute } from '../../store/containers.ts'
import type { Db, Tx } from '../../store/database.ts'
import { dealBookOf } from '../../store/deal-book.ts'
import { listNames } from '../../store/list-names.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import { type Deps, providerOf } from '../deps.ts'
import { openConnection } from '../open-connection.ts'
import { dealSide } from '../route-deals.ts'
import { noDealsHere } from './choice-refusals.ts'
import type { DealChoices, NamedProject } from './deal-choices.ts'

type Which = Pick<RouteRow, 'id' | 'name' | 'leftId' | 'rightId'>

/** What a person may choose from for a route. Throws UserError (exit code 2) where it cannot file by deals. */
export async function dealChoices(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: Which,
  fields: readonly DealField[] | null,
): Promise<DealChoices> {
  const side = await sideWithDeals(sql, deps, route)
  const { stages } = await dealBookOf(sql, connectionOf(route, side))
  return {
    stages: [...stages.values()].sort(
      (a, b) => a.pipelineName.localeCompare(b.pipelineName) || a.place - b.place,
    ),
    projects: await projectsOf(sql, route.id, connectionOf(route, otherSide(side))),
    fields,
  }
}

async function projectsOf(sql: Db | Tx, routeId: string, connectionId: string): Promise<NamedProject[]> {
  const made = await containersOfRoute(sql, routeId)
  // A project that its user had already stays his, though deals lie in it.
  const ours = made.filter(({ role, subject }) => role === 'general' || !subject.startsWith('project/'))
  const names = (await listNames(sql)).filter((one) => one.connectionId === connectionId)
  return names.map(({ remoteId, name }) => ({
    id: remoteId,
    name,
    ours: ours.some((one) => one.remoteId === remoteId),
  }))
}

/** Sample values of fields, so many of each at the most. */
const SAMPLES = 50

/** `samples`: values that deals have in each field, by its name. */
export type FoundFields = {
  readonly fields: readonly DealField[]
  readonly samples: Readonly<Record<string, readonly string[]>>
  readonly proposed: DealFieldNames
}

/** Asks the CRM for its fields of deals, and proposes which of them hold what. Throws ProviderError, UserError. */
export async function findDealFields(deps: Deps, route: Which, signal: AbortSignal): Promise<FoundFields> {
  const connectionId = connectionOf(route, await sideWithDeals(deps.db, deps, route))
  const open = await openConnection(deps, connectionId, 'change', signal)
  const fields = (await open.provider.deals?.fields(open.direct)) ?? []
  const { deals } = await dealBookOf(deps.db, connectionId)
  const values = (name: string) => [...deals.values()].flatMap((deal) => deal.values[name] ?? [])
  const samples = Object.fromEntries(fields.map(({ name }) => [name, values(name).slice(0, SAMPLES)]))
  return { fields, samples, proposed: proposeDealFields(fields, samples) }
}

/** Throws UserError (exit code 2) where the route cannot file by deals. */
export async function sideWithDeals(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  { name, leftId, rightId }: Which,
): Promise<Side> {
  const [left, right] = [await connectionById(sql, leftId), await connectionById(sql, rightId)]
  const side = dealSide({
    left: providerOf(deps, left.provider),
    right: providerOf(deps, right.provider),
  })
  if (side === null) throw noDealsHere(name)
  return side
}
