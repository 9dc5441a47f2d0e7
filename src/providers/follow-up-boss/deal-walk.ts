import { z } from 'zod'
import { DEAL_STATUSES, type Deal } from '../../core/deal.ts'
import type { DealPage } from '../contract.ts'
import type { Client } from './client.ts'
import { fromText, trailSchema } from './cursor.ts'
import { decodeDeals } from './deal-mapping.ts'
import { listPage, nextStep, TRAIL_START } from './list.ts'

/** Asks for what lists hide otherwise (reference §8). */
export const WITH_HIDDEN = { includeArchived: '1', includeDeleted: '1' }

/**
 * A walk's parts. A service that does not know one of these filters ignores it, and shows too little (`all`) or too much
 * (the others), so `archived` and `deleted` are walked for themselves where `all` has shown none, until one comes that
 * was not asked for.
 */
const PARTS = ['all', 'archived', 'deleted'] as const
type Part = (typeof PARTS)[number]
const FILTERS: Readonly<Record<Part, Readonly<Record<string, string>>>> = {
  all: WITH_HIDDEN,
  archived: { status: 'Archived' },
  deleted: { status: 'Deleted' },
}

/** Where a walk stands. `next`: the service's cursor in this part. `shown`: of what states deals have come by. */
const positionSchema = z.object({
  part: z.enum(PARTS),
  next: z.string().nullable(),
  trail: trailSchema,
  shown: z.array(z.enum(DEAL_STATUSES)),
})
type Position = z.infer<typeof positionSchema>

const START: Position = { part: 'all', next: null, trail: TRAIL_START, shown: [] }

/** The contract's `deals.list`, one request for each page. A position of another program begins anew. */
export async function listDeals(
  client: Client,
  position: string | null,
): Promise<DealPage & { readonly position: string | null }> {
  const before = fromText(positionSchema, position) ?? START
  const page = await listPage(client, 'deals', FILTERS[before.part], before.next)
  const { deals, unreadable } = decodeDeals(page.rows)
  const shown = [...new Set([...before.shown, ...deals.map(({ status }) => status)])]
  const step = ignored(before.part, deals) ? 'end' : nextStep(page, before.trail)
  const after = typeof step === 'object' ? { ...before, ...step, shown } : nextPart(before.part, shown)
  return {
    askedAt: page.askedAt,
    deals,
    unreadable,
    position: after === null ? null : JSON.stringify(after satisfies Position),
  }
}

const ignored = (part: Part, deals: readonly Deal[]): boolean =>
  part !== 'all' && deals.some(({ status }) => status !== part)

function nextPart(part: Part, shown: Position['shown']): Position | null {
  const next = PARTS.slice(PARTS.indexOf(part) + 1).find((one) => one !== 'all' && !shown.includes(one))
  return next === undefined ? null : { ...START, part: next, shown }
}
