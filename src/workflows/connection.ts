import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { DealWalk, PullDealsOutput } from '../activities/deals/pull-deals.ts'
import type { DispatchOutput } from '../activities/dispatch.ts'
import { nudge, type PullRequest, pullNow, retry, SYNC_ROUTE, SYNC_STATE, status } from './messages.ts'
import { PullTimer } from './pull-timer.ts'
import { Trouble } from './settle.ts'
import { settleBatch } from './settle-batch.ts'
import { orTrouble, providerActivities, record } from './steps.ts'

/**
 * `continueAfterEvents`: history length after which it continues as new; tests lower it. `carried`: what the run before
 * has left: when to poll next, and whether a nudge was not served yet.
 */
export type ConnectionInput = {
  readonly connectionId: string
  readonly continueAfterEvents?: number
  readonly carried?: { readonly pollInMs: number; readonly nudged: boolean }
}

const CONTINUE_AFTER_EVENTS = 3_000
const BATCHES_AT_ONCE = 2
/** A refused key is tried again after so long, then after twice as long each time: services lock out who goes on asking. */
const KEY_PROBE_MS = { first: 60_000, most: 3_600_000 }

type Waiter = { readonly request: PullRequest; done(found: number): void; fail(trouble: Trouble): void }

/**
 * The only puller of its connection, forever: on a nudge, at the poll interval, or on Update `pull`; then it takes up
 * what is due. A refused key pauses it until the key works again or somebody says `retry`.
 */
export async function connection(input: ConnectionInput): Promise<void> {
  const self = new ConnectionLoop(input)
  await self.run()
}

class ConnectionLoop {
  readonly #input: ConnectionInput
  readonly #timer: PullTimer
  readonly #waiters: Waiter[] = []
  #provider = ''
  #used = false
  #routes = workflowInfo().typedSearchAttributes.get(SYNC_ROUTE) ?? ''
  /** Whether an operator's list shows that the service does not answer. */
  #away = false
  #nudged: boolean
  #retried = false
  #dispatchDue = true
  #batches = 0
  /** Connections on whose people notes are being written. */
  readonly #noting = new Set<string>()
  #state: 'ok' | 'auth-failed' = 'ok'

  constructor(input: ConnectionInput) {
    this.#input = input
    this.#timer = new PullTimer(input.carried?.pollInMs ?? 0)
    this.#nudged = input.carried?.nudged === true
    setHandler(nudge, () => {
      this.#nudged = true
    })
    setHandler(retry, () => {
      this.#retried = true
    })
    setHandler(status, () => ({ connection: input.connectionId, state: this.#state, batches: this.#batches }))
    setHandler(pullNow, (request) => this.#answer(request))
  }

  async run(): Promise<void> {
    upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
    await this.#describe()
    for (;;) {
      await this.#continueWhenLong()
      await this.#rest()
      try {
        await this.#turn()
      } catch (error) {
        if (!(error instanceof Trouble)) throw error
        await this.#suffer(error)
      }
    }
  }

  async #describe(): Promise<void> {
    const plan = await record.describeConnection({ connectionId: this.#input.connectionId })
    this.#provider = plan.provider
    this.#used = plan.used
    this.#timer.configure(plan)
    // Plans of an earlier version do not tell.
    if (plan.routes !== undefined && plan.routes !== this.#routes) {
      this.#routes = plan.routes
      upsertSearchAttributes([{ key: SYNC_ROUTE, value: plan.routes }])
    }
    if (plan.state === 'auth-failed') await this.#recover()
  }

  /** Until there is something to do, or it is time to look. A nudge that comes too early to be served sets a nearer time. */
  async #rest(): Promise<void> {
    for (let moved = true; moved; ) {
      const nudged = this.#nudged
      const waitMs = Math.max(1, this.#timer.nextInMs(nudged))
      const asked = await condition(() => this.#somethingToDo() || this.#nudged !== nudged, waitMs, {
        summary: 'until the next poll, unless something happens',
      })
      moved = asked && !this.#somethingToDo()
    }
  }

  #somethingToDo(): boolean {
    return (
      this.#waiters.length > 0 || this.#dispatchDue || this.#retried || this.#timer.nudgeIsDue(this.#nudged)
    )
  }

  async #turn(): Promise<void> {
    this.#retried = false
    // Before the tasks, which are placed by them.
    if (this.#timer.dealsAreDue()) await this.#lookAtDeals('complete', 'poll')
    const waiting = this.#waiters.splice(0)
    if (waiting.length > 0) await this.#serve(waiting)
    else if (this.#timer.nudgeIsDue(this.#nudged)) {
      const { found, idle, postponed, dispatched } = await this.#unlessItFails(() =>
        this.#pull('nudge', false),
      )
      if (postponed) this.#nudged = true
      this.#timer.nudgePulled(found > 0, idle)
      if (dispatched !== undefined) return this.#follow(dispatched)
    } else if (this.#timer.pollIsDue()) {
      await this.#describe()
      const mode = this.#timer.completeIsDue() ? 'complete' : 'incremental'
      if (this.#used) await this.#pull(mode, false)
      this.#timer.polled(mode)
    }
    await this.#dispatch()
  }

  async #serve(waiting: readonly Waiter[]): Promise<void> {
    const mode = waiting.some(({ request }) => request.mode === 'complete') ? 'complete' : 'incremental'
    const backfill = waiting.every(({ request }) => request.backfill === true)
    const priority = backfill ? 'backfill' : 'poll'
    try {
      // A first sync places its tasks by them, and may have been set up since this run last asked what it looks after.
      if (mode === 'complete' && patched('deals-first')) {
        await this.#describe()
        if (this.#timer.hasDeals()) await this.#pullDeals('complete', priority)
      }
      const { found } = await this.#pull(mode, backfill)
      this.#timer.polled(mode)
      for (const waiter of waiting) waiter.done(found)
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      for (const waiter of waiting) waiter.fail(error)
      throw error
    }
  }

  async #pull(mode: 'nudge' | 'incremental' | 'complete', backfill: boolean) {
    const priority = backfill ? 'backfill' : mode === 'nudge' ? 'change' : 'poll'
    const activities = providerActivities(this.#provider, priority)
    const { connectionId } = this.#input
    let found = 0
    let idle = true
    let postponed = false
    let deals = false
    let dispatched: DispatchOutput | undefined
    for (let next = false, more = true; more; next = true) {
      const room = BATCHES_AT_ONCE - this.#batches
      const page = await orTrouble(activities.pull({ connectionId, mode, priority, next, room }))
      deals = deals || page.deals === true
      found += page.found
      idle = idle && page.idle === true
      postponed = page.postponed === true
      more = page.more
      dispatched = page.dispatched
      if (more) await this.#lookBetweenPages()
    }
    this.#showAway(null)
    // What deliveries name of deals is a change that somebody made a moment ago.
    if (deals) found += await this.#lookAtDeals('named', 'change')
    return { found, idle: idle && !deals, postponed, dispatched }
  }

  /** As `#pullDeals`. What stands in the way of deals keeps no task waiting: they are looked at again after a while. */
  async #lookAtDeals(mode: 'complete' | 'named', priority: 'change' | 'poll'): Promise<number> {
    try {
      return await this.#pullDeals(mode, priority)
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      log.warn('deals could not be looked at; tasks lie where they lay until then', {
        kind: error.kind,
        reason: error.message,
      })
      this.#timer.dealsFailed()
      return 0
    }
  }

  /** All deals, or those that deliveries name. */
  async #pullDeals(mode: 'complete' | 'named', priority: 'change' | 'poll' | 'backfill'): Promise<number> {
    const { connectionId } = this.#input
    const activities = providerActivities(this.#provider, priority)
    let found = 0
    for (let at: DealWalk | null = null, more = true; more; ) {
      const page: PullDealsOutput = await orTrouble(
        activities.pullDeals({ connectionId, mode, at, priority }),
      )
      found += page.found
      at = page.at
      more = at !== null
    }
    if (mode === 'complete') this.#timer.dealsListed()
    return found
  }

  /** A long walk does not keep a user's change waiting: what deliveries name is looked at between two pages of it. */
  async #lookBetweenPages(): Promise<void> {
    if (!this.#timer.nudgeIsDue(this.#nudged) || !patched('look-between-pages')) return
    const { connectionId } = this.#input
    const call = { connectionId, mode: 'named', priority: 'change' } as const
    const { found, idle, postponed } = await this.#unlessItFails(() =>
      orTrouble(providerActivities(this.#provider, 'change').pull(call)),
    )
    if (postponed === true) this.#nudged = true
    this.#timer.nudgePulled(found > 0, idle === true)
    await this.#dispatch()
  }

  /** Serves a nudge; one whose pull fails has not been served. */
  async #unlessItFails<T>(pull: () => Promise<T>): Promise<T> {
    this.#nudged = false
    try {
      return await pull()
    } catch (error) {
      // A run from before this went on without it.
      if (patched('failed-nudge-is-kept')) this.#nudged = true
      throw error
    }
  }

  async #dispatch(): Promise<void> {
    const { connectionId } = this.#input
    const room = BATCHES_AT_ONCE - this.#batches
    this.#dispatchDue = false
    this.#follow(await record.dispatch({ connectionId, room }))
  }

  /** Settles beside pulling what was taken up but has no workflow of its own. */
  #follow({ batches, announced, wakeInMs, notes }: DispatchOutput): void {
    this.#timer.wakeIn(wakeInMs)
    for (const pairIds of batches) this.#settleBeside(pairIds, announced === true ? 'change' : 'poll')
    for (const due of notes ?? []) this.#writeNotesBeside(due)
  }

  /** Runs beside pulling and settling: notes have a request budget of their own, and nobody waits for them. */
  #writeNotesBeside({ connectionId, provider }: { connectionId: string; provider: string }): void {
    if (this.#noting.has(connectionId)) return
    this.#noting.add(connectionId)
    const call = { connectionId, priority: 'poll' } as const
    orTrouble(providerActivities(provider, 'poll').writeNotes(call))
      .then(({ more }) => {
        if (more) this.#dispatchDue = true
      })
      .catch((error: unknown) => log.warn('notes were not written; they stay due', { error: String(error) }))
      .finally(() => this.#noting.delete(connectionId))
  }

  /** Runs beside pulling; what it leaves is in the record, and dispatched again. */
  #settleBeside(pairIds: readonly string[], priority: 'change' | 'poll'): void {
    this.#batches += 1
    settleBatch(priority, pairIds)
      .catch((error: unknown) =>
        log.warn('a batch was not settled; its pairs stay pending', { error: String(error) }),
      )
      .finally(() => {
        this.#batches -= 1
        this.#dispatchDue = true
      })
  }

  async #answer(request: PullRequest): Promise<{ found: number }> {
    const outcome: { found?: number; trouble?: Trouble } = {}
    this.#waiters.push({
      request,
      done: (found) => {
        outcome.found = found
      },
      fail: (trouble) => {
        outcome.trouble = trouble
      },
    })
    await condition(() => outcome.found !== undefined || outcome.trouble !== undefined)
    if (outcome.trouble !== undefined) {
      throw ApplicationFailure.nonRetryable(outcome.trouble.message, outcome.trouble.kind)
    }
    return { found: outcome.found ?? 0 }
  }

  /** The service's trouble, not a task's: everything stays pending in the record until it is over. */
  async #suffer(trouble: Trouble): Promise<void> {
    const { connectionId } = this.#input
    this.#timer.polled('incremental')
    if (trouble.kind === 'rate-limited') return
    await record.noteTrouble({
      connectionId,
      state: trouble.kind === 'auth' ? 'auth-failed' : 'unreachable',
      note: trouble.message,
    })
    if (trouble.kind === 'auth') await this.#recover(trouble.message)
    else this.#showAway(trouble.message)
  }

  /** `why`: what stands in the way of looking at the service; null when it was looked at. */
  #showAway(why: string | null): void {
    setCurrentDetails(
      why === null ? '' : `Waits: ${why}.\n\nIt is asked again at each poll; nothing is lost, nothing to do.`,
    )
    const away = why !== null
    if (away === this.#away || !patched('shows-away')) return
    this.#away = away
    upsertSearchAttributes([{ key: SYNC_STATE, value: away ? 'waiting' : 'syncing' }])
  }

  async #recover(why = 'the service refuses the key'): Promise<void> {
    this.#state = 'auth-failed'
    this.#away = false
    setCurrentDetails(
      `Failed: ${why}.\n\nGive it another key: "dealbridge connect edit <name> --credentials". It tries by itself after a minute, and then less and less often; signal \`retry\` has it try now, as "dealbridge connect retry <name>" does.`,
    )
    upsertSearchAttributes([{ key: SYNC_STATE, value: 'failed' }])
    for (let probeMs = KEY_PROBE_MS.first; ; probeMs = Math.min(2 * probeMs, KEY_PROBE_MS.most)) {
      await condition(() => this.#retried || this.#waiters.length > 0, probeMs, {
        summary: 'until the key is tried again',
      })
      this.#retried = false
      try {
        const { connectionId } = this.#input
        await orTrouble(providerActivities(this.#provider, 'change').check({ connectionId }))
        break
      } catch (error) {
        if (!(error instanceof Trouble)) throw error
        for (const waiter of this.#waiters.splice(0)) waiter.fail(error)
        if (workflowInfo().historyLength > this.#limit()) await this.#continue()
      }
    }
    this.#state = 'ok'
    setCurrentDetails('')
    upsertSearchAttributes([{ key: SYNC_STATE, value: 'syncing' }])
    this.#timer.pollNow()
    this.#dispatchDue = true
  }

  #limit(): number {
    return this.#input.continueAfterEvents ?? CONTINUE_AFTER_EVENTS
  }

  async #continueWhenLong(): Promise<void> {
    const { continueAsNewSuggested, historyLength } = workflowInfo()
    if (!continueAsNewSuggested && historyLength <= this.#limit()) return
    if (this.#waiters.length > 0 || this.#batches > 0 || this.#noting.size > 0) return
    await this.#continue()
  }

  /** A busy connection continues every half minute: polling each time would double the polls. */
  async #continue(): Promise<void> {
    await condition(allHandlersFinished)
    const carried = { pollInMs: this.#timer.pollInMs(), nudged: this.#nudged }
    await continueAsNew<typeof connection>({ ...this.#input, carried })
  }
}
