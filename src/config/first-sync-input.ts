import { z } from 'zod'
import { FIRST_SYNC_FORM, readFirstSync } from '../core/first-sync.ts'
import type { FirstSyncRule } from '../core/policy.ts'

/** Which tasks a first sync lets in, as a person says it: `open`, `none`, `dueSince:30`, or in a file `dueSince: 30`. */
export const firstSyncInput = z
  .union([z.string(), z.strictObject({ dueSince: z.int().min(0) })])
  .transform((said, context): FirstSyncRule => {
    const rule = readFirstSync(typeof said === 'string' ? said : `dueSince:${said.dueSince}`)
    if (rule !== null) return rule
    context.addIssue({ code: 'custom', message: `is ${FIRST_SYNC_FORM}` })
    return z.NEVER
  })
