import { isZone } from '../../core/due.ts'
import type { AccountFacts, Connection } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { notUnderstood } from './errors.ts'
import { planLimitsSchema, userSchema } from './wire.ts'

/** Limits where the plan does not tell them: those of the free plan, as published. */
const DEFAULT_LIMITS = { tasksPerProject: 300, sectionsPerProject: 20, projects: 5 }

/** `Provider.check`, one full Sync of two small resources. Its body holds the token and is never passed on. */
export async function check(client: Client, connection: Connection): Promise<AccountFacts> {
  const { reply } = await client.sync(askerOf(connection), {
    token: '*',
    resources: ['user', 'user_plan_limits'],
  })
  const user = userSchema.safeParse(reply.user)
  if (!user.success) throw notUnderstood('read')
  const zone = user.data.tz_info?.timezone ?? null
  const plan = planLimitsSchema.safeParse(reply.user_plan_limits).data?.current
  return {
    accountId: user.data.id,
    userId: user.data.id,
    zone: zone !== null && isZone(zone) ? zone : null,
    seesEveryone: true,
    domain: null,
    limits: {
      tasksPerProject: plan?.max_tasks ?? DEFAULT_LIMITS.tasksPerProject,
      sectionsPerProject: plan?.max_sections ?? DEFAULT_LIMITS.sectionsPerProject,
      projects: plan?.max_projects ?? DEFAULT_LIMITS.projects,
    },
    probes: {},
  }
}
