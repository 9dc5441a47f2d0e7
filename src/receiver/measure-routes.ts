import { Hono } from 'hono'
import { storeFailure } from '../store/local/failures.ts'
import { CONTENT_TYPE, exposition, type Family } from './measures/exposition.ts'
import type { Stats } from './measures/stats.ts'
import { answerProblem } from './problem.ts'
import { TimeoutError } from './timers.ts'

export type Measuring = {
  /** Rejects when the record does not answer. */
  readonly stats: () => Promise<Stats>
  readonly metrics: () => Promise<readonly Family[]>
}

/** `GET /stats` and `GET /metrics`. */
export function measureRoutes({ stats, metrics }: Measuring): Hono {
  const app = new Hono()
  app.get('/stats', async (c) => {
    try {
      return c.json(await stats())
    } catch (error) {
      if (!(error instanceof TimeoutError) && storeFailure(error, 'read') === undefined) throw error
      return answerProblem(
        c,
        { name: 'away', title: 'The database does not answer', status: 503, detail: 'Come again later.' },
        { 'Retry-After': '5' },
      )
    }
  })
  app.get('/metrics', async (c) => c.body(exposition(await metrics()), 200, { 'Content-Type': CONTENT_TYPE }))
  return app
}
