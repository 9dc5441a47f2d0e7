import { z } from 'zod'
import { fail, wrongType } from './errors.ts'
import type { FubDealStage } from './records.ts'

const stageSchema = z.strictObject({
  id: z.int().optional(),
  name: z.string().min(1),
  closedStage: z.boolean().default(false),
  color: z.string().default('#8a8a8a'),
  description: z.string().nullable().default(null),
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
  const known = new Set(before.map(({ id }) => id))
  for (const { id } of parsed.data)
    if (id !== undefined && !known.has(id)) fail(400, `Invalid value for stages: there is no stage ${id}.`)
  return parsed.data.map((stage, index) => ({
    ...stage,
    id: stage.id ?? nextId(),
    orderWeight: stage.orderWeight ?? (index + 1) * 1000,
  }))
}
