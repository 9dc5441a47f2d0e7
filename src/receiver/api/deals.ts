import { type DealListing, dealRoutes, listDeals } from '../../activities/deals/list-deals.ts'
import { retryDeals } from '../../activities/manage/deals.ts'
import type { RouteContext } from '../../activities/route-context.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { temporalAway } from '../administration.ts'
import * as schema from './deal-schemas.ts'
import { managing, type Operation } from './operation.ts'
import { keyedPage } from './paging.ts'

const tag = 'Deals'

function shown({
  connectionId: _,
  route,
  why,
  since: __,
  decisionAt: ___,
  ...listing
}: DealListing): schema.ShownDeal {
  return {
    ...listing,
    route: route.id,
    people: [...listing.people],
    sections: [...listing.sections],
    inGeneral: why,
  }
}

type Named = { readonly route: RouteContext; readonly dealId: string }

/** In an order that stays: by route, then by deal, numbers by their size. */
function keyOf({ route, dealId }: Named): string {
  const WIDTH = 20
  return `${route.route.id.padStart(WIDTH, '0')}/${dealId.padStart(WIDTH, '0')}`
}

function named(routes: readonly RouteContext[], { route: id, stage, person }: schema.DealQuery): Named[] {
  return routes
    .filter(({ route }) => id === undefined || route.id === id)
    .flatMap((route) =>
      [...(route.deals?.book.deals.values() ?? [])]
        .filter((deal) => stage === undefined || deal.stage === stage)
        .filter((deal) => person === undefined || deal.people.some((one) => one.id === person))
        .map((deal) => ({ route, dealId: deal.id })),
    )
}

/** What one can do with deals, which are a CRM's own. */
export const dealOperations: readonly Operation[] = [
  managing({
    id: 'getDeals',
    method: 'get',
    path: '/deals',
    tag,
    summary: 'Deals, where their tasks lie and how they stand in each route that files by them, page by page',
    query: schema.dealQuery,
    body: null,
    answers: { 200: { description: 'A page of deals.', schema: schema.dealPage } },
    async run({ administration: { deps }, query }) {
      const routes = await dealRoutes(deps.db, deps)
      const { rows, nextCursor } = keyedPage(named(routes, query), keyOf, query)
      const listed: DealListing[] = []
      for (const route of routes) {
        const ids = rows.flatMap((one) => (one.route === route ? one.dealId : []))
        listed.push(...(await listDeals(deps.db, route, ids)))
      }
      return { status: 200, body: { deals: listed.map(shown), nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'retryDeal',
    method: 'post',
    path: '/deals/{id}/retry',
    tag,
    summary: 'Look after a deal again that waits or has failed',
    query: null,
    body: null,
    answers: { 202: { description: 'It is looked after.', schema: schema.dealWork } },
    async run({ administration, id }) {
      const { retried, told } = await retryDeals(administration, id, { dryRun: false })
      if (told !== 0) throw temporalAway()
      const workflowId = workflowIds.deal(retried[0]?.connectionId ?? '', id)
      return { status: 202, body: { workflowId, deals: retried.map(shown) }, subject: null }
    },
  }),
]
