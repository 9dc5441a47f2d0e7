import { ApplicationFailure } from '@temporalio/activity'
import type { Deps } from '../../../src/activities/deps.ts'
import { toFailure } from '../../../src/activities/failures.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import type { Db } from '../../../src/store/database.ts'
import { Trouble } from '../../../src/workflows/settle.ts'
import { type TestWorker, workerOver } from '../worker.ts'
import type { LabClock } from './clock.ts'
import { Life } from './life.ts'

/** The connection to Postgres broke: before the transaction was committed, or after, which its caller cannot know. */
export class Cut extends Error {
  override readonly name = 'Cut'
  /** As the driver says it. */
  readonly code = 'CONNECTION_CLOSED'
}

/** As often as an activity is tried, until the connection is in trouble. */
const MAX_FAILURES = 4
/** Temporal's first wait where the service says none, in milliseconds. */
const RETRY_MS = 500

/** What workers work on. `freshProviders`: services as a new process knows them. */
export type Site = {
  readonly db: Db
  readonly clock: LabClock
  readonly leftId: string
  readonly rightId: string
  depsFor(db: Db, providers: Deps['providers'], wakeTasks: Deps['wakeTasks']): Deps
  freshProviders(db: Db): Deps['providers']
}

export type Worker = { readonly life: Life; readonly does: TestWorker }

/** A worker's process: nothing that it remembers outlives it. */
export function startWorker(lab: Site, name: string): Worker {
  const life = new Life(name)
  const db = withTurns(lab.db, life)
  const providers = lab.freshProviders(db)
  const does = workerOver(
    lab,
    (wakeTasks) => lab.depsFor(db, providers, wakeTasks),
    (work) => asActivity(lab, life, work),
  )
  return { life, does }
}

/** Runs an activity as Temporal does: again after a failure that allows it, and otherwise it is the connection's trouble. */
async function asActivity<T>(lab: Site, life: Life, work: () => Promise<T>): Promise<T> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Cut) continue
      if (!(error instanceof ProviderError)) throw error
      const failure = toFailure(error)
      const again = failure instanceof ApplicationFailure && failure.nonRetryable !== true
      if (!again || failures >= MAX_FAILURES) throw new Trouble(error.kind, error.message)
      await life.turn(`waits after: ${error.message}`)
      await lab.clock.advance(error.retryAfterMs ?? RETRY_MS)
      await lab.clock.flush()
    }
  }
}

/** Every transaction is an effect: after it the worker stands still, and may die there. */
function withTurns(db: Db, life: Life): Db {
  return new Proxy(db, {
    get(target, name) {
      if (name !== 'begin') return Reflect.get(target, name) as unknown
      return async (work: Parameters<Db['begin']>[1]) => {
        const { cut } = life
        life.cut = null
        const result = await target.begin(async (tx) => {
          const done = await work(tx)
          if (cut === 'before') throw new Cut()
          return done
        })
        await life.turn('a commit')
        if (cut === 'after') throw new Cut()
        return result
      }
    },
  })
}
