import { z } from 'zod'
import { fail, wrongType } from './errors.ts'
import type { FubDealStage } from './records.ts'

const stageSchema = z.strictObject({
  id: z.int().optional(),
  name: z.string().min(1),
  closedStage: z.boolean().optional(),
  color: z.string().optional(),
  description: z.string().nullish(),
  orderWeight: z.int().optional(),
})

/**
 * The stages of a pipeline as a body lists them: those with an id stay under it, those without are new, those
 * not listed are gone. 400 for an id of another pipeline.
 */
export function mergeStages(
  before: readonly FubDealStage[],
  given: unknown,
  nextId: () => number,
): FubDealStage[] {
  const parsed = z.array(stageSchema).safeParse(given)
  if (!parsed.success) return wrongType('stages', 'array')
  const known = new Map(before.map((stage) => [stage.id, stage]))
  return parsed.data.map((stage, index) => {
    const old = stage.id === undefined ? undefined : known.get(stage.id)
    if (stage.id !== undefined && old === undefined)
      return fail(400, `Invalid value for stages: there is no stage ${stage.id}.`)
    return {
      id: old?.id ?? nextId(),
      name: stage.name,
      color: stage.color ?? old?.color ?? '#8a8a8a',
      description: stage.description ?? old?.description ?? null,
      orderWeight: stage.orderWeight ?? old?.orderWeight ?? (index + 1) * 1000,
      closedStage: stage.closedStage ?? old?.closedStage ?? false,
    }
  })
}
