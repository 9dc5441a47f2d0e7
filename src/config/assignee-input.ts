import { z } from 'zod'
import { ASSIGNEE_SCOPES } from '../core/policy.ts'

/*
 * What a person says of whose tasks a route has, in its file, on the command line and over the API. Agents are named as people
 * name them, by e-mail, or by id.
 */

const MOST_AGENTS = 100
const agent = z.string().trim().min(1).max(200)

export const assigneeInput = z
  .union(
    [
      z.enum(ASSIGNEE_SCOPES),
      z.strictObject({
        only: z.array(agent).min(1).max(MOST_AGENTS),
        unassigned: z.boolean().default(false),
      }),
    ],
    {
      error:
        'is own, anyone, or only: <names, e-mail addresses or ids of agents>, with unassigned: true or false',
    },
  )
  .describe(
    'Whose tasks of the CRM it has: `own` (of its key’s user, and those that nobody is assigned to), `anyone`, or those of agents by name, e-mail or id; `unassigned`: those that nobody is assigned to as well.',
  )
export type AssigneeInput = z.infer<typeof assigneeInput>
