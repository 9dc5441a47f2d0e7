import { DEAL_FIELDS } from '../data/deals.ts'
import type { SimRequest } from '../kit/http-types.ts'
import { type BodyShape, readBody } from './body.ts'
import { fail } from './errors.ts'
import type { FubDeal } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'

/** Money and dates that a deal has beside its main fields, as they are when never set. */
export const DEAL_EXTRA = {
  commissionValue: null,
  agentCommission: null,
  teamCommission: null,
  earnestMoneyDueDate: null,
  mutualAcceptanceDate: null,
  dueDiligenceDate: null,
  finalWalkThroughDate: null,
  possessionDate: null,
}

/** The misspelt names of the documentation (`agentCommision`) are unknown fields (reference §8). */
const SHAPE: BodyShape = {
  name: 'string',
  stageId: 'integer',
  description: 'string',
  peopleIds: 'array',
  userIds: 'array',
  price: 'number',
  projectedCloseDate: 'string',
  commissionValue: 'number',
  agentCommission: 'number',
  teamCommission: 'number',
  earnestMoneyDueDate: 'string',
  mutualAcceptanceDate: 'string',
  dueDiligenceDate: 'string',
  finalWalkThroughDate: 'string',
  possessionDate: 'string',
  ...Object.fromEntries(Object.keys(DEAL_FIELDS).map((name) => [name, 'any' as const])),
}

/** The deal after a POST (`deal` is blank) or a PUT. The stage decides the pipeline and moves `enteredStageAt`. */
export function readDeal(
  request: SimRequest,
  deal: FubDeal,
  store: FubStore,
  settings: FubSettings,
): FubDeal {
  const isNew = request.method === 'POST'
  const rule = isNew ? 'reject' : request.actor === 'user' ? 'accept' : settings.get('putDealStatus')
  const shape: BodyShape = {
    ...SHAPE,
    ...(rule === 'reject' ? {} : { status: 'string' as const }),
    ...(isNew || request.actor === 'user' ? { orderWeight: 'integer' as const } : {}),
  }
  const { stageId, status, ...rest } = readBody(request, shape, isNew ? ['name', 'stageId'] : [])
  const next = { ...deal, extra: { ...deal.extra } }
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('custom') || Object.hasOwn(DEAL_EXTRA, name)) next.extra[name] = value
    else Object.assign(next, { [name]: value })
  }
  if (status !== undefined && rule === 'accept') {
    if (status !== 'Active' && status !== 'Archived' && status !== 'Deleted')
      return fail(400, 'Invalid value for status.')
    next.status = status
  }
  if (stageId === undefined || stageId === deal.stageId) return next
  const at = store.dealStage(Number(stageId))
  if (at === undefined) return fail(400, 'Invalid value for stageId.')
  return { ...next, stageId: at.stage.id, pipelineId: at.pipeline.id, enteredStageAt: store.now(settings) }
}
