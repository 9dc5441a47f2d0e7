import type { DbTime } from '../../core/db-time.ts'
import type { Stage } from '../../core/deal.ts'
import { unknownStages } from '../../core/unknown-stages.ts'
import type { DealPage, Deals } from '../../providers/contract.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { wakeHomes } from '../../store/deal-homes.ts'
import {
  anyDeals,
  dealsInStages,
  dealsUnseenSince,
  knownStages,
  loseDeals,
  markDealsListed,
  saveDeals,
  saveStages,
  wakeDeals,
} from '../../store/deals.ts'
import { consumeDeliveries, waitingDeliveries } from '../../store/deliveries.ts'
import { routesOfConnection } from '../../store/routes.ts'
import { dealsWithChecklists } from '../../store/stamps.ts'
import { renamedIn } from '../../store/telling.ts'
import type { Deps } from '../deps.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from '../open-connection.ts'
import { askAgain } from '../people-again.ts'
import { wakeEagerDeals } from './eager.ts'
import { lookAtPolicies } from './look-at-policy.ts'

/**
 * One page of the deals of a connection. `mode`: `complete` lists all stages and deals, `named` looks at what waiting
 * deliveries name. `at`: what the page before gave back; null begins.
 */
export type PullDealsInput = {
  readonly connectionId: string
  readonly mode: 'complete' | 'named'
  readonly at: DealWalk | null
  readonly priority: QuotaPriority
}

/** Where a walk is: the service's own cursor, and when the walk's first request had its slot. */
export type DealWalk = { readonly position: string; readonly startedAt: DbTime }

/** `found`: deals of which there is news. `at`: ask for the next page with it; null at the end. */
export type PullDealsOutput = { readonly found: number; readonly at: DealWalk | null }

/** Takes deals and stages in, and wakes the tasks that they concern. Safe to run again. */
export async function pullDeals(
  deps: Deps,
  input: PullDealsInput,
  signal: AbortSignal,
): Promise<PullDealsOutput> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  const { deals } = open.provider
  if (deals === undefined) return { found: 0, at: null }
  if (input.at === null) await lookAtPolicies(deps, open.row.id)
  const pulled = await (input.mode === 'named'
    ? pullNamed(deps, open, deals)
    : pullPage(deps, open, deals, input.at))
  if (pulled.at === null) await wakeEagerDeals(deps, open.row.id)
  return pulled
}

async function pullPage(
  deps: Deps,
  open: OpenConnection,
  deals: Deals,
  at: DealWalk | null,
): Promise<PullDealsOutput> {
  // Stages first, so that no deal is in one that nobody knows.
  const changedStages = at === null ? await pullStages(deps, open, deals) : 0
  const page = await deals.list(open.direct, at?.position ?? null)
  const startedAt = at?.startedAt ?? page.askedAt
  const { position } = page
  const found = await inTransaction(deps.db, async (tx) => {
    const changed = await takeInDeals(tx, open.row.id, page)
    if (position === null) await markDealsListed(tx, open.row.id, startedAt)
    return changed
  })
  await askAgain(
    deps,
    open,
    await renamedIn(
      deps.db,
      open.row.id,
      page.deals.map(({ id }) => id),
    ),
  )
  if (position !== null) return { found: found + changedStages, at: { position, startedAt } }
  const absent = await dealsUnseenSince(deps.db, open.row.id, startedAt)
  return { found: found + changedStages + (await lookAtDeals(deps, open, deals, absent)), at: null }
}

/** What deliveries name of deals, and the stages where they name these; ticked off with what is taken in. */
async function pullNamed(deps: Deps, open: OpenConnection, deals: Deals): Promise<PullDealsOutput> {
  const waiting = (await waitingDeliveries(deps.db, open.row.id)).filter(
    ({ about }) => about === 'deals' || about === 'stages',
  )
  if (waiting.length === 0) return { found: 0, at: null }
  const named = waiting.flatMap((one) => (one.about === 'deals' ? one.remoteIds : []))
  let found = 0
  if (waiting.some(({ about }) => about === 'stages')) found += await pullStages(deps, open, deals)
  found += await lookAtDeals(deps, open, deals, [...new Set(named)])
  await inTransaction(deps.db, (tx) =>
    consumeDeliveries(
      tx,
      waiting.map(({ id }) => id),
    ),
  )
  return { found, at: null }
}

async function pullStages(deps: Deps, open: OpenConnection, deals: Deals): Promise<number> {
  const { stages } = await deals.stages(open.direct)
  const { before, changed } = await inTransaction(deps.db, async (tx) => {
    const before = await knownStages(tx, open.row.id)
    const changed = await saveStages(tx, open.row.id, stages)
    await wakeDeals(tx, open.row.id, await dealsInStages(tx, open.row.id, changed))
    // A project in which no deal lies is seen to with any of them.
    if (changed.length > 0) await wakeHomes(tx, await anyDeals(tx, open.row.id))
    return { before, changed }
  })
  if (changed.length > 0) await tellUnknownStages(deps, open, before, stages)
  return changed.length
}

/** Once, with the listing that first has them. */
async function tellUnknownStages(
  deps: Deps,
  { row }: OpenConnection,
  before: readonly Stage[],
  after: readonly Stage[],
): Promise<void> {
  for (const { id, name, policy } of await routesOfConnection(deps.db, row.id))
    for (const stage of policy.deals === undefined ? [] : unknownStages(policy.deals, before, after))
      deps.log.warn(
        { route: name, routeId: id, stage: stage.id, name: stage.name },
        `a stage is new in the CRM, and the route does not say where its deals lie: in General, until "dealbridge route edit ${name} --stage ${stage.id}=create" or another place is said`,
      )
}

/** Looks at deals themselves: one that is not shown is gone, where the key sees everyone. */
export async function lookAtDeals(
  deps: Deps,
  open: OpenConnection,
  deals: Deals,
  ids: readonly string[],
): Promise<number> {
  let found = 0
  for (let at = 0; at < ids.length; at += READ_BATCH) {
    const asked = ids.slice(at, at + READ_BATCH)
    const page = await deals.read(open.direct, asked)
    found += await inTransaction(deps.db, async (tx) => {
      const changed = await takeInDeals(tx, open.row.id, page)
      const told = new Set([...page.deals.map(({ id }) => id), ...page.unreadable])
      const missing = open.row.facts?.seesEveryone === true ? asked.filter((id) => !told.has(id)) : []
      const lost = await loseDeals(tx, open.row.id, page.askedAt, missing)
      await wakeDeals(tx, open.row.id, lost)
      return changed + lost.length
    })
  }
  return found
}

const READ_BATCH = 100

async function takeInDeals(tx: Tx, connectionId: string, { askedAt, deals }: DealPage): Promise<number> {
  const changed = await saveDeals(tx, connectionId, askedAt, deals)
  const before = new Set(changed.flatMap((one) => one.before))
  const ids = changed.map(({ id }) => id)
  await wakeDeals(tx, connectionId, ids, [...before])
  // One that came into a stage with a checklist need not have a section yet.
  const entered = await dealsWithChecklists(tx, connectionId, ids)
  await wakeHomes(
    tx,
    entered.flatMap(({ routeId, deals }) => deals.map((deal) => ({ routeId, deal }))),
  )
  return changed.length
}
