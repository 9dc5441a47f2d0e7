import { z } from 'zod'
import { CONFLICT_RULES, DELETE_RULES, DIRECTIONS } from '../core/policy.ts'
import { assigneeInput } from './assignee-input.ts'
import { dealInput } from './deal-input.ts'
import { firstSyncInput } from './first-sync-input.ts'

/** What a person says of a route in a file; what is left out stays as it is, or is as usual. */
export const routeInput = dealInput.extend(
  z
    .strictObject({
      direction: z.enum(DIRECTIONS),
      conflicts: z.enum(CONFLICT_RULES),
      deletes: z.strictObject({ left: z.enum(DELETE_RULES), right: z.enum(DELETE_RULES) }).partial(),
      firstSync: firstSyncInput,
      zone: z.string(),
      scope: z.strictObject({ assignees: assigneeInput }).partial(),
      deals: z.boolean(),
      comments: z.boolean(),
      notes: z.boolean(),
    })
    .partial().shape,
)
export type RouteInput = z.infer<typeof routeInput>
