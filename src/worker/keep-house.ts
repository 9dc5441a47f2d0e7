import type { Log } from '../config/log.ts'
import { type Db, inTransaction } from '../store/database.ts'
import { forgetRemoved } from '../store/forget.ts'
import { lookAgainAndAgain } from './look-again.ts'

/** Between two looks at what is to be forgotten. */
const EVERY_MS = 60 * 60_000

/**
 * Forgets what was removed `forgetAfterMs` ago, at once and then every hour; with several workers whichever comes first. What
 * fails is done the next time.
 */
export function keepHouse(db: Db, log: Log, forgetAfterMs: number): { stop(): Promise<void> } {
  const look = async () => {
    try {
      const routes = await inTransaction(db, (tx) => forgetRemoved(tx, forgetAfterMs))
      if (routes.length > 0) log.info({ routes: routes.length }, 'the words of removed routes are forgotten')
    } catch (error) {
      log.warn({ err: error }, 'what was removed could not be forgotten yet')
    }
  }
  return lookAgainAndAgain(look, EVERY_MS)
}
