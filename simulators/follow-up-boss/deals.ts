import { DEAL_FIELDS } from '../data/deals.ts'
import type { Route, SimRequest } from '../kit/http-types.ts'
import { seesDeal } from './access.ts'
import { DEAL_EXTRA, readDeal } from './deal-input.ts'
import { type Desk, deleted, idParam } from './desk.ts'
import { notFound } from './errors.ts'
import { chosenFields, pickFields } from './fields.ts'
import { all, commonFilters, idList, isOn, when } from './filters.ts'
import { listReply } from './list.ts'
import type { FubDeal } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'

/** `/v1/deals` (reference §8). */
export function dealRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  function visible(request: SimRequest, deal: FubDeal | undefined): FubDeal {
    return deal !== undefined && seesDeal(gate.caller(request), deal) ? deal : notFound()
  }
  const current = (request: SimRequest): FubDeal => visible(request, store().deals.get(idParam(request)))

  return [
    {
      method: 'GET',
      path: '/v1/deals',
      handle: (request) => {
        const { query } = request
        const fields = chosenFields(query, DEAL_ANSWER)
        const user = gate.caller(request)
        const ids = settings.get('honourDealIds') ? idList(query) : undefined
        const keep = all<FubDeal>([
          user.role === 'Broker' ? undefined : (deal) => seesDeal(user, deal),
          statusFilter(query, settings),
          ...commonFilters<FubDeal>(query, (deal) => deal.createdAt, settings),
          when(query.get('pipelineId'), (id) => (deal) => deal.pipelineId === Number(id)),
          when(query.get('userId'), (id) => (deal) => deal.userIds.includes(Number(id))),
          when(query.get('personId'), (id) => (deal) => deal.peopleIds.includes(Number(id))),
        ])
        const custom = user.role === 'Broker' || settings.get('dealCustomFor') === 'all'
        return listReply(request, settings, {
          collection: 'deals',
          rows: store().deals.read(gate.lag(request)),
          ...(ids === undefined ? {} : { candidates: ids }),
          keep,
          answer: (deal) => pickFields(dealAnswer(store(), deal, custom), fields),
          sortable: {
            created: (deal) => deal.createdAt,
            name: (deal) => deal.name,
            price: (deal) => deal.price,
          },
          metadata: { totalByStageId: totals(store(), keep) },
        })
      },
    },
    {
      method: 'GET',
      path: '/v1/deals/{id}',
      handle: (request) => {
        const deal = visible(request, store().deals.read(gate.lag(request)).get(idParam(request)))
        return { status: 200, body: dealAnswer(store(), deal, true) }
      },
    },
    {
      method: 'POST',
      path: '/v1/deals',
      handle: (request) => {
        const now = store().now(settings)
        const made = readDeal(request, blankDeal(store().deals.nextId(), now), store(), settings)
        store().deals.insert(made)
        store().announce({ kind: 'deals', verb: 'Created', ids: [made.id], by: request.actor })
        return { status: 201, body: dealAnswer(store(), made, true) }
      },
    },
    {
      method: 'PUT',
      path: '/v1/deals/{id}',
      handle: (request) => {
        const deal = current(request)
        const next = readDeal(request, deal, store(), settings)
        if (JSON.stringify(next) !== JSON.stringify(deal)) {
          store().deals.replace(next)
          store().announce({ kind: 'deals', verb: 'Updated', ids: [deal.id], by: request.actor })
        }
        return { status: 200, body: dealAnswer(store(), next, true) }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/deals/{id}',
      handle: (request) => {
        const deal = current(request)
        const before = deal.status
        if (settings.get('dealDelete') === 'remove') store().deals.remove(deal.id)
        else if (before !== 'Deleted') store().deals.replace({ ...deal, status: 'Deleted' })
        if (before !== 'Deleted')
          store().announce({ kind: 'deals', verb: 'Deleted', ids: [deal.id], by: request.actor })
        return deleted(settings)
      },
    },
  ]
}

/** What `fields` accepts: the fields of an answer. `allFields` is not among them (reference §4). */
const DEAL_ANSWER: readonly string[] = [
  ...['id', 'name', 'status', 'description', 'price', 'createdAt', 'enteredStageAt', 'projectedCloseDate'],
  ...['orderWeight', 'pipelineId', 'stageId', 'type', 'pipelineName', 'stageName', 'timeToClose'],
  ...Object.keys(DEAL_EXTRA),
  ...['people', 'users'],
  ...Object.keys(DEAL_FIELDS),
]

/** There is no `updated` of any spelling. `custom`: whether the account's own fields are shown. */
function dealAnswer(store: FubStore, deal: FubDeal, custom: boolean): object {
  const { peopleIds, userIds, extra, ...row } = deal
  const at = store.dealStage(deal.stageId)
  return {
    ...row,
    type: 0,
    pipelineName: at?.pipeline.name ?? null,
    stageName: at?.stage.name ?? null,
    timeToClose: 0,
    ...DEAL_EXTRA,
    people: peopleIds.flatMap((id) => {
      const person = store.people.get(id)
      return person === undefined ? [] : [{ id, name: person.name, avatar: null }]
    }),
    users: userIds.flatMap((id) => {
      const user = store.user(id)
      const picture = { '60x60': `https://example.invalid/${id}.png` }
      return user === undefined ? [] : [{ id, name: user.name, picture }]
    }),
    ...Object.fromEntries(Object.entries(extra).filter(([name]) => custom || !name.startsWith('custom'))),
  }
}

function blankDeal(id: number, now: string): FubDeal {
  return {
    id,
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
}

/** Archived and deleted deals show only when asked for. */
function statusFilter(query: URLSearchParams, settings: FubSettings): (deal: FubDeal) => boolean {
  const asked = settings.get('honourDealStatus') ? query.get('status') : null
  if (asked) return (deal) => deal.status === asked
  const honoured = settings.get('honourDealHidden')
  const archived = ['both', 'archived'].includes(honoured) && isOn(query, 'includeArchived')
  const gone = ['both', 'deleted'].includes(honoured) && isOn(query, 'includeDeleted')
  return ({ status }) =>
    status === 'Active' || (archived && status === 'Archived') || (gone && status === 'Deleted')
}

function totals(store: FubStore, keep: ((deal: FubDeal) => boolean) | undefined): Record<string, number> {
  const byStage: Record<string, number> = {}
  for (const deal of store.deals.all()) {
    if (keep?.(deal) === false) continue
    byStage[deal.stageId] = (byStage[deal.stageId] ?? 0) + 1
  }
  return byStage
}
