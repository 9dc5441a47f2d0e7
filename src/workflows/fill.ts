import type { Settled } from './settle.ts'

/** The steps of a first sync, however they are run: by a workflow, or one by one under a test's scheduler. */
export type FillSteps = {
  begin(): Promise<{
    readonly connections: readonly string[]
    readonly needed: boolean
    readonly matched?: boolean
    readonly held?: boolean
  }>
  /** Looks at everything of a connection. `attempt`: counted from 0. False when the service or its key failed. */
  pull(connectionId: string, attempt: number): Promise<boolean>
  activate(): Promise<{ readonly held?: boolean }>
  /** `first`: nobody has asked before. */
  next(first: boolean): Promise<{
    readonly pairIds: readonly string[]
    readonly leased?: boolean
    readonly held?: boolean
    readonly again?: boolean
  }>
  settle(pairIds: readonly string[]): Promise<Settled>
  /** Runs of an earlier version have no result in their histories. */
  finish(): Promise<{ readonly again?: boolean } | undefined>
  /** Waits a while; longer after every one in a row. */
  rest(inARow: number): Promise<void>
}

export type FillStage = 'pulling' | 'matching' | 'settling' | 'waiting' | 'done'

/** How many batches are settled beside each other. */
const AT_ONCE = 2

/**
 * A route's first sync: look at both sides completely, match, let the route work, settle everything in batches. What is
 * done is in the record, so one that is begun again goes on from there. While the route does not work it waits, and goes
 * on by itself; where more lists are mapped meanwhile it looks and matches again. `show`: told each stage, and how many pairs
 * more are settled.
 */
export async function fill(
  steps: FillSteps,
  show: (stage: FillStage, settled: number) => void,
): Promise<void> {
  let attempts: number | null = 0
  for (let again = true; again; ) {
    attempts = await match(steps, show, attempts)
    if (attempts === null) return
    const drained = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, lane) => drain(steps, show, lane === 0)),
    )
    // What is left waits for a time or a person; the connections go on with it.
    again = drained.includes('again') || (await steps.finish())?.again === true
  }
  show('done', 0)
}

/** How often it has looked, with `before`. Null when there is nothing to do: the route has had its first sync. */
async function match(
  steps: FillSteps,
  show: (stage: FillStage, settled: number) => void,
  before: number,
): Promise<number | null> {
  for (let attempt = before, rests = 0; ; ) {
    const { connections, needed, matched, held } = await steps.begin()
    if (!needed) return null
    if (held !== true) {
      if (matched === true) return attempt
      show('pulling', 0)
      const looked = await Promise.all(connections.map((id) => steps.pull(id, attempt)))
      attempt += 1
      if (looked.every(Boolean)) {
        show('matching', 0)
        // One that was paused in between looks at everything again: what it has seen is from before the pause.
        if ((await steps.activate()).held !== true) return attempt
      }
    }
    show('waiting', 0)
    await steps.rest(rests)
    rests += 1
  }
}

/** Until nothing is left; or it is to be matched again. */
async function drain(
  steps: FillSteps,
  show: (stage: FillStage, settled: number) => void,
  isFirst: boolean,
): Promise<'done' | 'again'> {
  let rests = 0
  for (let first = isFirst; ; first = false) {
    const { pairIds, leased, held, again } = await steps.next(first)
    if (again === true) return 'again'
    if (pairIds.length > 0) {
      show('settling', 0)
      const { pending, trouble } = await steps.settle(pairIds)
      show('settling', pairIds.length - pending.length)
      if (trouble === null) {
        rests = 0
        continue
      }
    } else if (held === true) show('waiting', 0)
    // Pairs that a failed batch left are taken up again when its lease is over.
    else if (rests === 0 || leased !== true) return 'done'
    await steps.rest(rests)
    rests += 1
  }
}
