import { setTimeout as pause } from 'node:timers/promises'
import type { DbTime } from '../../core/db-time.ts'
import type { NudgeTopic } from '../../providers/contract.ts'
import { clockNow } from '../../store/clock.ts'
import { deliveryAfter, deliveryNews } from '../../store/delivery-news.ts'
import type { Deps } from '../deps.ts'

const LOOK_EVERY_MS = 250

/** `came`: the first delivery since. `refused`: so many came meanwhile that no secret of ours had signed. */
export type AwaitedDelivery = {
  readonly came: { readonly about: NudgeTopic; readonly at: DbTime } | null
  readonly refused: number
}

/** Waits until the receiver has stored a delivery of this connection that came after now, for `timeoutMs` at most. */
export async function waitForDelivery(
  { db }: Pick<Deps, 'db'>,
  connectionId: string,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<AwaitedDelivery> {
  const since = await clockNow(db)
  const refusedSoFar = async () =>
    (await deliveryNews(db)).find((one) => one.connectionId === connectionId)?.refused ?? 0
  const before = await refusedSoFar()
  const until = performance.now() + timeoutMs
  for (;;) {
    const came = await deliveryAfter(db, connectionId, since)
    if (came !== undefined) return { came, refused: (await refusedSoFar()) - before }
    if (performance.now() >= until) return { came: null, refused: (await refusedSoFar()) - before }
    await pause(Math.min(LOOK_EVERY_MS, Math.max(1, until - performance.now())), undefined, { signal })
  }
}
