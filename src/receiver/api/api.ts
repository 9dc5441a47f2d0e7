import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { answerProblem } from '../problem.ts'
import { alertOperations } from './alerts.ts'
import { conflictOperations } from './conflicts.ts'
import { connectionOperations } from './connections.ts'
import { dealOperations } from './deals.ts'
import { listOperations } from './lists.ts'
import { mappingOperations } from './mappings.ts'
import { openApi } from './openapi.ts'
import type { Operation } from './operation.ts'
import { opOperations } from './ops.ts'
import { pairOperations } from './pairs.ts'
import { routeOperations } from './routes.ts'
import { type Serving, serve } from './serve.ts'
import { syncOperations } from './syncs.ts'
import { taskOperations } from './tasks.ts'
import { todoistSyncOperations } from './todoist-sync.ts'

const MAX_BODY_BYTES = 1024 * 1024

export const OPERATIONS: readonly Operation[] = [
  ...listOperations,
  ...taskOperations,
  ...connectionOperations,
  ...routeOperations,
  ...mappingOperations,
  ...dealOperations,
  ...pairOperations,
  ...conflictOperations,
  ...opOperations,
  ...alertOperations,
  ...syncOperations,
  ...todoistSyncOperations,
]

/** What answers below `/api/v1`. `server`: where that is, for whoever reads the description. */
export function createApi(serving: Serving, server: string): Hono {
  const api = new Hono()
  api.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) =>
        // Its rest is not read, so that the connection cannot carry another request.
        answerProblem(
          c,
          { name: 'too-large', title: `A body may have at most ${MAX_BODY_BYTES} bytes`, status: 413 },
          { Connection: 'close' },
        ),
    }),
  )
  for (const operation of OPERATIONS)
    api.on(operation.method.toUpperCase(), honoPath(operation), (c) => serve(serving, operation, c))
  const description = openApi(OPERATIONS, server)
  api.get('/openapi.json', (c) => c.json(description))
  return api
}

function honoPath({ path }: Operation): string {
  return path.replace('{id}', ':id')
}
