import { setTimeout as pause } from 'node:timers/promises'

/** Between two looks (milliseconds). */
const EVERY_MS = 1_000

/** What has a number and a state, as writes in the log do; those to notes are told when they are done, and have none. */
export type Followed = { readonly id: string; readonly status?: string }

export type Following<E extends Followed> = {
  /** Ends it. */
  readonly signal: AbortSignal
  /** What is known already. */
  readonly seen: readonly E[]
  /** The newest entries, oldest first. */
  readonly read: () => Promise<readonly E[]>
  /** Tells two kinds of entries with one number apart. */
  readonly keyOf: (entry: E) => string
  readonly show: (entries: readonly E[]) => Promise<void>
  readonly everyMs?: number
}

/** Shows each write once, when it is known what became of it, until the signal fires. */
export async function followLog<E extends Followed>(following: Following<E>): Promise<void> {
  const { signal, seen, read, keyOf, show, everyMs = EVERY_MS } = following
  let known = new Set(seen.filter(isOver).map(keyOf))
  while (!signal.aborted) {
    const over = (await read()).filter(isOver)
    const news = over.filter((entry) => !known.has(keyOf(entry)))
    if (news.length > 0) await show(news)
    // What is read no more will not come again.
    known = new Set(over.map(keyOf))
    await pause(everyMs, undefined, { signal }).catch(() => {})
  }
}

function isOver({ status }: Followed): boolean {
  return status !== 'planned' && status !== 'sent'
}
