import type { Actor, Route, SimRequest } from '../kit/http-types.ts'
import { readBody } from './body.ts'
import { type Desk, deleted, idParam } from './desk.ts'
import { fail, notFound } from './errors.ts'
import { all, when } from './filters.ts'
import { listReply } from './list.ts'
import { mergeStages } from './pipeline-stages.ts'
import type { FubPipeline } from './records.ts'
import type { FubStore } from './store.ts'
import { fixedRows } from './table.ts'

const SHAPE = { name: 'string', description: 'string', stages: 'array', orderWeight: 'integer' } as const

/** `/v1/pipelines` (reference §9): the only home of deal stages. Order comes from `orderWeight`. */
export function pipelineRoutes(desk: Desk): Route[] {
  const { store, gate, settings } = desk

  const found = (request: SimRequest): FubPipeline =>
    store().pipelines.find(({ id }) => id === idParam(request)) ?? notFound()
  const needBroker = (request: SimRequest): void => {
    if (gate.caller(request).role !== 'Broker') fail(403, 'You do not have access to update pipelines.')
  }

  return [
    {
      method: 'GET',
      path: '/v1/pipelines',
      handle: (request) =>
        listReply(request, settings, {
          collection: 'pipelines',
          rows: fixedRows(store().pipelines),
          keep: all<FubPipeline>([when(request.query.get('name'), (name) => (row) => row.name === name)]),
          answer: (pipeline) => pipeline,
        }),
    },
    {
      method: 'GET',
      path: '/v1/pipelines/{id}',
      handle: (request) => ({ status: 200, body: found(request) }),
    },
    {
      method: 'POST',
      path: '/v1/pipelines',
      handle: (request) => {
        needBroker(request)
        const { stages, ...body } = readBody(request, SHAPE, ['name'])
        const last = store().pipelines.reduce((most, { orderWeight }) => Math.max(most, orderWeight), 0)
        const blank = { description: null, orderWeight: last + 1000, ...body }
        const pipeline = { id: store().nextId('pipeline'), ...blank, stages: [] } as unknown as FubPipeline
        const made = { ...pipeline, stages: mergeStages([], stages ?? [], () => store().nextId('stage')) }
        store().replacePipelines([...store().pipelines, made])
        tell(store(), 'pipeline', 'Created', [made.id], request.actor)
        return { status: 201, body: made }
      },
    },
    {
      method: 'PUT',
      path: '/v1/pipelines/{id}',
      handle: (request) => {
        needBroker(request)
        const before = found(request)
        const { stages, ...body } = readBody(request, SHAPE)
        const after: FubPipeline = {
          ...before,
          ...(body as Partial<FubPipeline>),
          ...(stages === undefined
            ? {}
            : { stages: mergeStages(before.stages, stages, () => store().nextId('stage')) }),
        }
        if (JSON.stringify(after) === JSON.stringify(before)) return { status: 200, body: before }
        change(store(), before, after, request.actor)
        return { status: 200, body: after }
      },
    },
    {
      method: 'DELETE',
      path: '/v1/pipelines/{id}',
      handle: (request) => {
        needBroker(request)
        const gone = found(request)
        // What the service does with deals in it is not documented: here they must be moved first.
        if (store().deals.find(({ pipelineId, status }) => pipelineId === gone.id && status !== 'Deleted'))
          fail(400, 'The pipeline still has deals.')
        store().replacePipelines(store().pipelines.filter(({ id }) => id !== gone.id))
        tell(store(), 'pipeline', 'Deleted', [gone.id], request.actor)
        return deleted(settings)
      },
    },
  ]
}

/** Puts the pipeline in place, moves the deals of stages that are gone to the first one left, and tells of it all. */
function change(store: FubStore, before: FubPipeline, after: FubPipeline, by: Actor): void {
  store.replacePipelines(store.pipelines.map((row) => (row.id === after.id ? after : row)))
  tell(store, 'pipeline', 'Updated', [after.id], by)
  const kept = new Map(before.stages.map((stage) => [stage.id, stage]))
  for (const stage of after.stages) {
    const old = kept.get(stage.id)
    kept.delete(stage.id)
    if (old === undefined) tell(store, 'pipelineStage', 'Created', [stage.id], by)
    else if (JSON.stringify(old) !== JSON.stringify(stage))
      tell(store, 'pipelineStage', 'Updated', [stage.id], by)
  }
  for (const [gone] of kept) {
    tell(store, 'pipelineStage', 'Deleted', [gone], by)
    const home = after.stages[0]
    for (const deal of store.deals.all()) {
      if (deal.stageId !== gone || home === undefined) continue
      store.deals.replace({ ...deal, stageId: home.id })
      tell(store, 'deals', 'Updated', [deal.id], by)
    }
  }
}

function tell(store: FubStore, kind: string, verb: string, ids: number[], by: Actor): void {
  store.announce({ kind, verb, ids, by })
}
