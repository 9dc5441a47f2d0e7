import type { Route } from '../kit/http-types.ts'
import type { KeyRing } from '../kit/keys.ts'
import { authorizeRoutes } from './oauth-authorize.ts'
import { otherOAuthRoutes } from './oauth-other.ts'
import { tokenRoutes } from './oauth-token.ts'
import type { AppWebhooks } from './oauth-webhooks.ts'
import { answering, ok } from './replies.ts'
import { activityRoutes } from './rest-activities.ts'
import { commentRoutes } from './rest-comments.ts'
import { completedRoutes } from './rest-completed.ts'
import { completedLegacyRoutes } from './rest-completed-legacy.ts'
import { labelRoutes } from './rest-labels.ts'
import { projectRoutes } from './rest-projects.ts'
import { sectionRoutes } from './rest-sections.ts'
import { statsRoutes } from './rest-stats.ts'
import { taskTextRoutes } from './rest-task-text.ts'
import { taskRoutes } from './rest-tasks.ts'
import type { Running } from './running-account.ts'
import { syncRoutes } from './sync.ts'
import { userObject } from './user-object.ts'

/** Everything the service answers; fixed paths stand before those with an id in the same place. */
export function allRoutes(running: Running, keys: KeyRing, hooks: AppWebhooks): Route[] {
  return [
    ...authorizeRoutes(running),
    ...tokenRoutes(running, hooks),
    ...otherOAuthRoutes(running, keys, hooks),
    ...syncRoutes(running),
    ...statsRoutes(running),
    ...completedRoutes(running),
    ...completedLegacyRoutes(running),
    ...taskTextRoutes(running),
    ...taskRoutes(running),
    ...projectRoutes(running),
    ...sectionRoutes(running),
    ...labelRoutes(running),
    ...commentRoutes(running),
    ...activityRoutes(running),
    { method: 'GET', path: '/api/v1/user', handle: answering(() => ok(userObject(running().account))) },
  ]
}
