import { type DbTime, LONG_AGO, plusMs } from '../../core/db-time.ts'
import { clockNow } from '../../store/clock.ts'
import type { Db } from '../../store/database.ts'
import { type OpTally, tallyOps } from '../../store/op-tally.ts'

/** What was closed so long ago is committed by now: it is counted once, and not looked at again. */
const SETTLED_MS = 5 * 60_000

/**
 * Writes since the beginning of the record, by kind. The first look goes through all of them, later ones through the last minutes
 * alone. So every receiver of an installation tells the same numbers, and a new start goes on where the last one was.
 */
export class Tally {
  readonly #db: Db
  #settled: ReadonlyMap<string, OpTally> = new Map()
  #until: DbTime = LONG_AGO
  #underWay: Promise<readonly OpTally[]> | null = null

  constructor(db: Db) {
    this.#db = db
  }

  /** Whoever asks while an answer is on its way gets that one. */
  read(): Promise<readonly OpTally[]> {
    this.#underWay ??= this.#look().finally(() => {
      this.#underWay = null
    })
    return this.#underWay
  }

  async #look(): Promise<readonly OpTally[]> {
    const horizon = plusMs(await clockNow(this.#db), -SETTLED_MS)
    if (horizon > this.#until) {
      this.#settled = added(this.#settled, await tallyOps(this.#db, this.#until, horizon))
      this.#until = horizon
    }
    return [...added(this.#settled, await tallyOps(this.#db, this.#until, null)).values()]
  }
}

function added(known: ReadonlyMap<string, OpTally>, more: readonly OpTally[]): Map<string, OpTally> {
  const sum = new Map(known)
  for (const one of more) {
    const { route, side, subject, verb, status, bucket } = one
    const key = JSON.stringify([route, side, subject, verb, status, bucket])
    const before = sum.get(key)
    sum.set(
      key,
      before === undefined
        ? one
        : { ...one, count: before.count + one.count, seconds: before.seconds + one.seconds },
    )
  }
  return sum
}
