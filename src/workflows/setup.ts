import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow'
import type { SetupNeed, SetupPlan } from '../activities/setup/open.ts'
import type { SetupCounts } from '../activities/setup/preview.ts'
import type { SetupProgress } from '../activities/setup/progress.ts'
import type { SetupShown } from '../activities/setup/propose.ts'
import { FIRST_ROUTE } from '../config/temporal-names.ts'
import { configure, confirm, nudge, retry, SYNC_ROUTE, SYNC_STATE, status } from './messages.ts'
import { Trouble } from './settle.ts'
import { type SetupStage, setupDetails } from './setup-details.ts'
import { lookAndPropose } from './setup-look.ts'
import { confirmRefusalOf, inputRefusalOf, refusalOf } from './setup-words.ts'
import { orTrouble, own, providerActivities, record } from './steps.ts'

/** `route`: its name; `main` where it is left out. */
export type SetupWorkflowInput = { readonly route?: string }

/** What query `status` tells: ids and words of ours. */
export type SetupStatus = {
  readonly route: string
  readonly stage: SetupStage
  readonly needs: readonly SetupNeed[]
  readonly setup: SetupShown | null
  readonly firstSync: SetupCounts | null
  readonly progress: SetupProgress | null
}

/** Between two looks at whether what is missing is there. */
const FIRST_REST_MS = 5_000
const LONGEST_REST_MS = 5 * 60_000
/** Between two looks at whether somebody else has begun what waits to be confirmed; who begins it says so, if he can. */
const FIRST_CHECK_MS = 2_000
const LONGEST_CHECK_MS = 15 * 60_000
/** Between two looks at how far the first sync is. */
const FIRST_LOOK_MS = 1_000
const LONGEST_LOOK_MS = 10_000

/**
 * Sets a route up: looks at both accounts, proposes, waits to be changed (Update `configure`) and confirmed (Update `confirm`), and
 * follows the first sync to its end. All of it is in the record, so one that is begun again goes on from there. Signals
 * `nudge` and `retry` end a wait.
 */
export async function setup(input: SetupWorkflowInput | null = {}): Promise<SetupStatus> {
  const why = inputRefusalOf(input)
  if (why !== null) throw refused(why)
  return new Setup(input ?? {}).run()
}

class Setup {
  readonly #input: SetupWorkflowInput
  readonly #route: string
  #stage: SetupStage = 'looking'
  #needs: readonly SetupNeed[] = []
  #plan: SetupPlan | null = null
  #shown: SetupShown | null = null
  #counts: SetupCounts | null = null
  #progress: SetupProgress | null = null
  #confirmed = false
  #wakes = 0
  #pulls = 0
  /** Looks that were asked for, and that were done: an update answers with what a look after it has found. */
  #asked = 0
  #looked = 0

  constructor(input: SetupWorkflowInput) {
    this.#input = input
    this.#route = input.route ?? FIRST_ROUTE
    const wake = () => {
      this.#wakes += 1
    }
    setHandler(nudge, wake)
    setHandler(retry, wake)
    setHandler(status, () => this.#status())
    setHandler(configure, (said) => this.#configure(said), { validator: refusing(refusalOf) })
    setHandler(confirm, () => this.#confirm(), { validator: refusing(confirmRefusalOf) })
  }

  async run(): Promise<SetupStatus> {
    upsertSearchAttributes([
      { key: SYNC_STATE, value: 'syncing' },
      { key: SYNC_ROUTE, value: this.#route },
    ])
    const plan = await this.#untilConfirmed()
    const { routeId, accounts, begun } = plan
    if (routeId === null) throw new Error('a set-up was confirmed without a route')
    this.#show('beginning')
    if (!begun) {
      for (const { connectionId, provider } of accounts)
        await this.#unlessTrouble(() =>
          providerActivities(provider, 'change').makeLabels({ connectionId, routeId }),
        )
      await own.beginSetup({ routeId })
    }
    await this.#follow(routeId)
    this.#show('done')
    await condition(allHandlersFinished)
    return this.#status()
  }

  /** Looks, and looks again, until somebody has confirmed. */
  async #untilConfirmed(): Promise<SetupPlan> {
    for (let rests = 0; ; ) {
      if (workflowInfo().continueAsNewSuggested && allHandlersFinished())
        await continueAsNew<typeof setup>(this.#input)
      const asked = this.#asked
      this.#show('looking')
      const plan = await own.openSetup({ route: this.#route })
      this.#plan = plan
      if (plan.unknown === true) throw refused(needWords(plan.needs))
      if (plan.routeId !== null && (plan.begun || plan.confirmed)) return plan
      const needs = plan.routeId === null ? plan.needs : await this.#look(plan, plan.routeId)
      this.#needs = needs
      this.#looked = asked
      this.#show(needs.length > 0 ? 'needs' : 'proposed')
      const before = this.#wakes
      const goesOn = () =>
        this.#wakes !== before || this.#asked !== asked || (this.#confirmed && this.#stage === 'proposed')
      if (needs.length > 0) await condition(goesOn, Math.min(FIRST_REST_MS * 2 ** rests, LONGEST_REST_MS))
      else if (patched('looks-whether-begun')) {
        const begun = await this.#begunElsewhere(goesOn)
        if (begun !== null) return begun
      } else await condition(goesOn)
      rests = needs.length === 0 ? 0 : rests + 1
    }
  }

  /** Waits until it goes on, which gives null, or until somebody else has begun the first sync. */
  async #begunElsewhere(goesOn: () => boolean): Promise<SetupPlan | null> {
    for (let checkMs = FIRST_CHECK_MS; ; checkMs = Math.min(checkMs * 2, LONGEST_CHECK_MS)) {
      if (await condition(goesOn, checkMs, { summary: 'until it looks whether the first sync has begun' }))
        return null
      if (workflowInfo().continueAsNewSuggested) return null
      const plan = await own.openSetup({ route: this.#route })
      if (!plan.begun || plan.routeId === null) continue
      this.#plan = plan
      return plan
    }
  }

  /** What is missing after a look at both accounts; nothing where it can be confirmed. */
  async #look({ accounts }: SetupPlan, routeId: string): Promise<readonly SetupNeed[]> {
    const found = await lookAndPropose({ accounts, routeId, nextPull: () => this.#nextPull() })
    if (found.needs !== null) return found.needs
    this.#shown = found.shown
    this.#counts = found.counts
    return []
  }

  /** An update that was answered is answered so again: each pull has a name of its own. */
  #nextPull(): string {
    this.#pulls += 1
    return `setup-${workflowInfo().runId}-${this.#pulls}`
  }

  async #configure(said: unknown): Promise<SetupStatus> {
    await condition(() => this.#stage === 'proposed' || this.#stage === 'needs' || this.#isBegun())
    const routeId = this.#plan?.routeId
    if (routeId === undefined || routeId === null) throw refused(needWords(this.#needs))
    if (this.#isBegun())
      throw refused('its first sync has begun; "dealbridge route edit" changes the route from now on')
    const { refused: why } = await record.configureSetup({ routeId, said: said ?? {} })
    if (why !== null) throw refused(why)
    this.#asked += 1
    const mine = this.#asked
    await condition(() => this.#looked >= mine || this.#isBegun())
    return this.#status()
  }

  /** Answers once it is kept; a repeated one changes nothing. */
  async #confirm(): Promise<SetupStatus> {
    await condition(() => this.#stage === 'proposed' || this.#stage === 'needs' || this.#isBegun())
    if (this.#stage === 'needs') throw refused(needWords(this.#needs))
    const routeId = this.#plan?.routeId
    if (routeId !== undefined && routeId !== null && !this.#isBegun()) {
      await record.confirmSetup({ routeId })
      this.#confirmed = true
      await condition(() => this.#isBegun())
    }
    return this.#status()
  }

  #isBegun(): boolean {
    return this.#stage === 'beginning' || this.#stage === 'syncing' || this.#stage === 'done'
  }

  async #follow(routeId: string): Promise<void> {
    this.#show('syncing')
    for (let restMs = FIRST_LOOK_MS; ; restMs = Math.min(restMs * 1.5, LONGEST_LOOK_MS)) {
      this.#progress = await record.lookAtSetup({ routeId })
      if (this.#progress.filled) return
      if (this.#progress.gone) throw refused('its route was removed')
      const { held } = this.#progress
      this.#needs = held === null ? [] : [held]
      this.#show('syncing')
      if (workflowInfo().continueAsNewSuggested && allHandlersFinished())
        await continueAsNew<typeof setup>(this.#input)
      const before = this.#wakes
      await condition(() => this.#wakes !== before, restMs)
    }
  }

  /** What is nice to have keeps no first sync waiting. */
  async #unlessTrouble(work: () => Promise<unknown>): Promise<void> {
    try {
      await orTrouble(work())
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
    }
  }

  #show(stage: SetupStage): void {
    const waits = (one: SetupStage) => one === 'needs' || one === 'proposed'
    if (waits(stage) !== waits(this.#stage))
      upsertSearchAttributes([{ key: SYNC_STATE, value: waits(stage) ? 'waiting' : 'syncing' }])
    this.#stage = stage
    setCurrentDetails(setupDetails(stage, this.#needs))
  }

  #status(): SetupStatus {
    return {
      route: this.#route,
      stage: this.#stage,
      needs: this.#needs,
      setup: this.#shown,
      firstSync: this.#counts,
      progress: this.#progress,
    }
  }
}

function needWords(needs: readonly SetupNeed[]): string {
  return needs.map(({ words }) => words).join('; ')
}

function refused(why: string): ApplicationFailure {
  return ApplicationFailure.nonRetryable(why, 'refused')
}

/** A validator that lets nothing into the history which does not belong there. */
function refusing(refusalOf: (said: unknown) => string | null): (said: unknown) => void {
  return (said) => {
    const why = refusalOf(said)
    if (why !== null) throw refused(why)
  }
}
