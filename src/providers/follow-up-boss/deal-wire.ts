import { z } from 'zod'
import { flagSchema, idSchema, referenceSchema, textSchema } from './wire.ts'

/*
 * Deals, pipelines and the account's own fields of deals, as far as they are used here (reference §8, §9). What may be odd
 * without changing which deal it is, where and whose reads as not there; anything else makes the row unreadable.
 */

const numberSchema = z
  .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)])
  .transform(Number)
  .nullish()
  .catch(null)
  .transform((number) => number ?? null)

/** Not won or lost: that is what the stage says. The words are the service's. */
const statusSchema = z
  .string()
  .toLowerCase()
  .pipe(z.enum(['active', 'archived', 'deleted']))

/** Nobody is `null`, never left out: a deal that does not say whose it is has not lost its people. */
const peopleSchema = z
  .array(z.looseObject({ id: referenceSchema, name: textSchema }).nullable())
  .nullable()
  .transform((people) => people ?? [])

const usersSchema = z
  .array(z.looseObject({ id: referenceSchema }).nullable())
  .nullish()
  .catch(null)
  .transform((users) => users ?? [])

export const dealSchema = z.looseObject({
  id: idSchema,
  name: textSchema,
  status: statusSchema,
  pipelineId: referenceSchema,
  stageId: referenceSchema,
  people: peopleSchema,
  users: usersSchema,
  price: numberSchema,
  projectedCloseDate: textSchema.catch(null),
  enteredStageAt: textSchema.catch(null),
})
export type DealRow = z.infer<typeof dealSchema>

/** Of what has no weight the order is that of the list, after all that has one. */
const weightSchema = numberSchema.transform((weight) => weight ?? Number.MAX_VALUE)

export const pipelineSchema = z.looseObject({
  id: idSchema,
  name: textSchema,
  orderWeight: weightSchema,
  stages: z.array(
    z.looseObject({
      id: idSchema,
      name: textSchema,
      orderWeight: weightSchema,
      closedStage: flagSchema.nullish(),
    }),
  ),
})

/** `choices` may be texts, or objects with a text in them. */
export const dealFieldSchema = z.looseObject({
  name: z.string().min(1),
  label: textSchema.catch(null),
  type: textSchema.catch(null),
  choices: z.array(z.unknown()).nullish().catch(null),
  orderWeight: weightSchema,
})
