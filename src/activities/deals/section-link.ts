import { linkLine } from '../../core/block-lines.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { RouteContext } from '../route-context.ts'

/** Of a deal's section: to the page of its CRM on which a person finds the deal. */
export function sectionLink(
  { role, subject }: Pick<ContainerRow, 'role' | 'subject'>,
  { sides, deals }: RouteContext,
): string | null {
  const deal = role === 'deal' ? deals?.book.deals.get(subject) : undefined
  if (deals === null || deal === undefined) return null
  const { provider, connection } = sides[deals.side]
  const url = provider.deals?.page(connection.facts, deal) ?? null
  return url === null ? null : linkLine(provider.name, url)
}
