import type { Stage } from '../../core/deal.ts'
import { oneLine } from '../../core/normalise.ts'
import type { DbTime } from '../contract.ts'
import type { Client } from './client.ts'
import { pipelineSchema } from './deal-wire.ts'
import { unreadableError } from './errors.ts'
import { allRows } from './list.ts'

/**
 * The contract's `deals.stages`. Stages of deals lie in pipelines alone: `/stages` are those of people (reference §9). Each
 * is believed to be there, so one that cannot be read is no stage that is gone: then nothing is told.
 */
export async function stages(
  client: Client,
): Promise<{ readonly askedAt: DbTime; readonly stages: readonly Stage[] }> {
  const { askedAt, rows } = await allRows(client, 'pipelines')
  const pipelines = rows.map((row) => {
    const parsed = pipelineSchema.safeParse(row)
    if (!parsed.success) throw unreadableError('a pipeline')
    return parsed.data
  })
  const all = pipelines.toSorted(byWeight).flatMap((pipeline) =>
    pipeline.stages.toSorted(byWeight).map((stage, place) => ({
      id: stage.id,
      name: oneLine(stage.name ?? ''),
      pipeline: pipeline.id,
      pipelineName: oneLine(pipeline.name ?? ''),
      place,
      closed: stage.closedStage === true,
    })),
  )
  return { askedAt, stages: all }
}

/** Neither id nor place in the list is the order (reference §9). */
const byWeight = (a: Weighed, b: Weighed): number => a.orderWeight - b.orderWeight
type Weighed = { readonly orderWeight: number }
