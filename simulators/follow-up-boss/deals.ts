import { DEAL_FIELDS } from '../data/deals.ts'
import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesDeal } from './access.ts'
import { bodyObject, type Desk, idParam, refuseUnknown } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { all, commonFilters, idList, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubDeal } from './records.ts'
import type { FubStore } from './store.ts'

const EXTRA = {
  commissionValue: null,
  agentCommission: null,
  teamCommission: null,
  earnestMoneyDueDate: null,
  mutualAcceptanceDate: null,
  dueDiligenceDate: null,
  finalWalkThroughDate: null,
  possessionDate: null,
}
const WRITABLE = [
  'name',
  'stageId',
  'description',
  'peopleIds',
  'userIds',
  'price',
  'projectedCloseDate',
  'orderWeight',
  ...Object.keys(EXTRA),
  ...Object.keys(DEAL_FIELDS),
]

/** `/v1/deals` (reference §8). */
export function dealRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function seen(request: SimRequest, lagged: boolean): FubDeal {
    const deals = store().deals
    const deal = lagged ? deals.read(gate.lag(request)).get(idParam(request)) : deals.get(idParam(request))
    if (deal === undefined || !seesDeal(gate.caller(request), deal)) return notFound()
    return deal
  }

  return [
    {
      method: 'GET',
      path: '/v1/deals',
      handle: (request) => {
        const { query } = request
        if (query.get('fields')?.includes('allFields') === true) {
          fail(400, 'Invalid field(s) in the fields parameter: [allFields]')
        }
        const user = gate.caller(request)
        const rows = store().deals.read(gate.lag(request))
        const ids = idList(query)
        const keep = all<FubDeal>([
          user.role === 'Broker' ? undefined : (deal) => seesDeal(user, deal),
          statusFilter(query),
          ...commonFilters<FubDeal>(query, (deal) => deal.createdAt, settings.get('dropOffsets')),
          when(query.get('pipelineId'), (id) => (deal) => deal.pipelineId === Number(id)),
          when(query.get('userId'), (id) => (deal) => deal.userIds.includes(Number(id))),
          when(query.get('personId'), (id) => (deal) => deal.peopleIds.includes(Number(id))),
        ])
        return listReply(request, settings, {
          collection: 'deals',
          rows,
          ...(ids === undefined ? {} : { candidates: ids }),
          keep,
          answer: (deal) => dealAnswer(store(), deal),
          sortable: {
            created: (deal) => deal.createdAt,
            name: (deal) => deal.name,
            price: (deal) => deal.price,
          },
          metadata: {
            totalByStageId: totals(
              store()
                .deals.all()
                .filter((deal) => keep?.(deal) !== false),
            ),
          },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/deals/{id}',
      handle: (request) => ({ status: 200, body: dealAnswer(store(), seen(request, true)) }),
    },
    {
      method: 'POST',
      path: '/v1/deals',
      handle: (request) => {
        const body = bodyObject(request)
        if (typeof body.name !== 'string' || body.name.trim() === '')
          fail(400, 'Missing required field in the request: name.')
        if (body.stageId === undefined) fail(400, 'Missing required field in the request: stageId.')
        const now = store().now()
        const deal: FubDeal = {
          id: store().deals.nextId(),
          name: '',
          status: 'Active',
          description: null,
          price: 0,
          createdAt: now,
          enteredStageAt: now,
          projectedCloseDate: null,
          orderWeight: 1000,
          pipelineId: 0,
          stageId: 0,
          peopleIds: [],
          userIds: [],
          extra: {},
        }
        const made = { ...deal, ...dealPatch(body, store(), deal, WRITABLE), enteredStageAt: now }
        store().deals.insert(made)
        store().announce({ kind: 'deals', verb: 'Created', ids: [made.id] })
        return { status: 201, body: dealAnswer(store(), made) }
      },
    },
    {
      method: 'PUT',
      path: '/v1/deals/{id}',
      handle: (request) => {
        const deal = seen(request, false)
        const next = { ...deal, ...dealPatch(bodyObject(request), store(), deal, [...WRITABLE, 'status']) }
        if (JSON.stringify(next) !== JSON.stringify(deal)) {
          store().deals.replace(next)
          store().announce({ kind: 'deals', verb: 'Updated', ids: [deal.id] })
        }
        return { status: 200, body: dealAnswer(store(), next) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/deals/{id}',
      handle: (request) => {
        const deal = seen(request, false)
        if (deal.status !== 'Deleted') {
          store().deals.replace({ ...deal, status: 'Deleted' })
          store().announce({ kind: 'deals', verb: 'Deleted', ids: [deal.id] })
        }
        return { status: 200, body: {} }
      },
    },
  ]
}

function dealAnswer(store: FubStore, deal: FubDeal): object {
  const { peopleIds, userIds, extra, ...row } = deal
  const at = store.dealStage(deal.stageId)
  return {
    ...row,
    type: 0,
    pipelineName: at?.pipeline.name ?? null,
    stageName: at?.stage.name ?? null,
    timeToClose: 0,
    ...EXTRA,
    people: peopleIds.flatMap((id) => {
      const person = store.people.get(id)
      return person === undefined ? [] : [{ id, name: person.name, avatar: null }]
    }),
    users: userIds.flatMap((id) => {
      const user = store.user(id)
      return user === undefined ? [] : [{ id, name: user.name, picture: null }]
    }),
    ...extra,
  }
}

/** Archived and deleted deals show only when asked for. */
function statusFilter(query: URLSearchParams): (deal: FubDeal) => boolean {
  const asked = query.get('status')
  if (asked) return (deal) => deal.status === asked
  const on = (name: string) => ['1', 'true'].includes(query.get(name) ?? '')
  const archived = on('includeArchived')
  const deleted = on('includeDeleted')
  return ({ status }) =>
    status === 'Active' || (archived && status === 'Archived') || (deleted && status === 'Deleted')
}

function totals(deals: readonly FubDeal[]): Record<string, number> {
  const byStage: Record<string, number> = {}
  for (const { stageId } of deals) byStage[stageId] = (byStage[stageId] ?? 0) + 1
  return byStage
}

/** The stage decides the pipeline; a change of stage moves `enteredStageAt`. */
function dealPatch(
  body: Record<string, unknown>,
  store: FubStore,
  deal: FubDeal,
  known: readonly string[],
): Partial<FubDeal> {
  refuseUnknown(body, known)
  const { stageId, ...rest } = body
  const patch: Partial<FubDeal> = { extra: { ...deal.extra } }
  for (const [name, value] of Object.entries(rest)) {
    if (name.startsWith('custom') || Object.hasOwn(EXTRA, name))
      patch.extra = { ...patch.extra, [name]: value }
    else Object.assign(patch, { [name]: value })
  }
  if (rest.status !== undefined && !['Active', 'Archived', 'Deleted'].includes(String(rest.status))) {
    return fail(400, 'Invalid value for status.')
  }
  if (stageId === undefined || stageId === deal.stageId) return patch
  const at = store.dealStage(Number(stageId))
  if (at === undefined) return fail(400, 'Invalid value for stageId.')
  return { ...patch, stageId: at.stage.id, pipelineId: at.pipeline.id, enteredStageAt: store.now() }
}
