import { z } from 'zod'
import { DEAL_STATUSES } from '../../core/deal.ts'
import { numberedId, pageQuery } from './administration-schemas.ts'

/* What requests about deals hold, and what answers show. */

const text = z.string().min(1).max(100)

export const dealQuery = pageQuery.extend({
  route: numberedId.optional().describe('In this route alone.'),
  stage: text.optional().describe('In this stage, by its id.'),
  person: text.optional().describe('Those that this person is on, by the CRM’s id.'),
})
export type DealQuery = z.output<typeof dealQuery>

export const deal = z.strictObject({
  id: z.string().describe('The CRM’s own.'),
  route: z.string().describe('The route that files tasks by it.'),
  name: z.string(),
  status: z.enum(DEAL_STATUSES),
  stage: z.strictObject({ id: z.string(), name: z.string() }),
  people: z.array(z.strictObject({ id: z.string(), name: z.string() })),
  sections: z
    .array(
      z.strictObject({
        remoteId: z.string().nullable().describe('The task app’s; null until it is made.'),
        name: z.string(),
        state: z.enum(['active', 'full', 'archived', 'gone']),
        project: z.string().nullable(),
        projectId: z.string().nullable(),
      }),
    )
    .describe('Where its tasks lie.'),
  list: z
    .strictObject({
      remoteId: z.string().nullable().describe('The task app’s; null until it is made.'),
      name: z.string(),
      state: z.enum(['active', 'full', 'archived', 'gone']),
      label: z.string().describe('By which its tasks say that they belong to it.'),
    })
    .nullable()
    .describe('Where its tasks lie in an app without sections: the list of its stage.'),
  inGeneral: z
    .enum(['archived', 'deleted', 'no-project', 'unknown-stage', 'let-go'])
    .nullable()
    .describe('Why its tasks lie in General; null where they do not.'),
  tasks: z.int().describe('Its open tasks.'),
  state: z
    .enum(['ok', 'waiting', 'error'])
    .describe('`waiting`: for a person. `error`: the task app refused a change of its section.'),
  reason: z.string().nullable().describe('Why it waits, e.g. `home-gone`, `moved-away`, `refused`.'),
  lastError: z.string().nullable().describe('What the task app said to the last refused write.'),
  decision: z
    .enum(['restore', 'let-go'])
    .nullable()
    .describe('What a person said last when its section was gone.'),
  pending: z.boolean().describe('Something is still to be done about it.'),
})
export type ShownDeal = z.infer<typeof deal>
export const dealPage = z.strictObject({
  deals: z.array(deal),
  nextCursor: z.string().nullable().describe('For the next page; null on the last one.'),
})
export const dealWork = z.strictObject({
  workflowId: z.string().describe('Who goes on with it.'),
  deals: z.array(deal).describe('As it stood in each route before.'),
})
