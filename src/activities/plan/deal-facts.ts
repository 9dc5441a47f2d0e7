import { DEFAULT_CURRENCY, type DealFacts, type DealWords } from '../../core/block-lines.ts'
import type { Deal } from '../../core/deal.ts'
import { DEFAULT_DEALS } from '../../core/deal-policy.ts'
import type { Side } from '../../core/policy.ts'
import { DEFAULT_DEAL_TYPES, stageLabel, tableLabels } from '../../core/table-labels.ts'
import type { MemberRow } from '../../store/members.ts'
import type { PairRow } from '../../store/pairs.ts'
import type { RouteContext } from '../route-context.ts'
import type { RouteDeals } from '../route-deals.ts'
import { isPipeline } from './project-key.ts'

/** What the block of a pair's task tells of its deal; null where it has none, or its own side tells of deals. */
export function dealFactsOf(
  { deal: id }: Pick<PairRow, 'deal'>,
  side: Side,
  { deals, policy }: RouteContext,
): DealFacts | null {
  if (deals === null || deals.side === side || id === null) return null
  const deal = deals.book.deals.get(id)
  if (deal === undefined) return null
  return {
    name: deal.name,
    stage: deals.book.stages.get(deal.stage)?.name ?? '',
    price: deal.price,
    currency: policy.deals?.currency ?? DEFAULT_CURRENCY,
    facts: deals.property(id)?.facts ?? [],
  }
}

/** The deal of which a pair's task on a side tells: what lies below another task lies, and belongs, where that does. */
export function toldDeal(
  { deal }: Pick<PairRow, 'deal'>,
  members: readonly Pick<MemberRow, 'side' | 'dealAbove'>[],
  side: Side,
): Pick<PairRow, 'deal'> {
  return { deal: members.find((member) => member.side === side)?.dealAbove ?? deal }
}

/** By which words lines about deals are known on a route. */
export function dealWordsOf({ deals }: RouteContext): DealWords | undefined {
  if (deals === null) return undefined
  return { stages: [...deals.book.stages.values()].map(({ name }) => name), facts: deals.propertyLabels }
}

/**
 * The labels that a pair's task has of its deal, sorted; none where it has no deal: those of the route's tables, the one of its stage,
 * where all stages of a pipeline share a project, and the one by which it says whose it is, where there are no sections.
 */
export function labelsOfDeal(pair: Pick<PairRow, 'deal'>, side: Side, route: RouteContext): string[] {
  const { deals } = route
  if (deals === null || deals.side === side || pair.deal === null) return []
  const deal = deals.book.deals.get(pair.deal)
  if (deal === undefined) return []
  const { label } = deals.facts(pair.deal) ?? {}
  const given = [labelOfStage(deal, deals), label ?? null].flatMap((one) => one ?? [])
  return [...new Set([...labelsOfTables(deal, deals, route), ...given])].sort()
}

/** Of a deal that lies in the project of its pipeline, with those of other stages. */
function labelOfStage({ id, stage }: Deal, { book, homeOf }: RouteDeals): string | null {
  if (!isPipeline(homeOf(id)?.key ?? '')) return null
  return stageLabel(book.stages.get(stage)?.name ?? '')
}

function labelsOfTables(deal: Deal, deals: RouteDeals, { policy }: RouteContext): string[] {
  const { fields, counties = {}, dealTypes = DEFAULT_DEAL_TYPES } = policy.deals ?? DEFAULT_DEALS
  const value = (name: string | null) => (name === null ? null : (deal.values[name] ?? null))
  const city = value(fields.city) ?? deals.property(deal.id)?.city ?? null
  return tableLabels({ city, type: value(fields.type) }, { counties, dealTypes })
}
