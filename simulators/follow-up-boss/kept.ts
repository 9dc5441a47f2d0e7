import { z } from 'zod'
import { SeededRandom } from '../kit/random.ts'
import { type FubContent, fubContentSchema, leavingOut } from './content.ts'
import type { FubEvent } from './webhook-format.ts'
import type { HooksContent, Registered } from './webhook-routes.ts'

/** What this service keeps over a restart. */
export interface FubKept {
  /** Of the random numbers. */
  position: number
  content: FubContent
  events: readonly FubEvent[]
  hooks: HooksContent
}

export const fubKeptSchema: z.ZodType<FubKept> = z.object({
  position: z.int(),
  content: fubContentSchema,
  events: z.array(
    z.object({
      eventId: z.string(),
      eventCreated: z.string(),
      event: z.string(),
      resourceIds: z.array(z.int()),
      uri: z.string().nullable(),
      data: z.record(z.string(), z.unknown()).optional(),
    }),
  ) as z.ZodType<FubEvent[]>,
  hooks: z.object({
    nextId: z.int(),
    registered: z.array(
      z.object({
        id: z.int(),
        system: z.string(),
        event: z.string(),
        updated: z.int().optional(),
        subscription: z.object({
          url: z.string(),
          secret: z.string(),
          events: z.array(z.string()),
          active: z.boolean(),
        }),
      }),
    ) as z.ZodType<Registered[]>,
  }),
})

/** More than a service ended without warning can have given out since its last snapshot. */
const IDS_LOST = 10_000
const NUMBERS_FOR_EVENT_ID = 33

/** Goes on behind all ids that may have been given out after the snapshot: none is given a second time. */
export function afterCrash({ position, content, events, hooks }: FubKept): FubKept {
  const random = new SeededRandom(position)
  random.skip(IDS_LOST * NUMBERS_FOR_EVENT_ID)
  return {
    position: random.position,
    content: leavingOut(content, IDS_LOST),
    events,
    hooks: { ...hooks, nextId: hooks.nextId + IDS_LOST },
  }
}
