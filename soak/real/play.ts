import { setTimeout as pause } from 'node:timers/promises'
import { waitFor } from '../../bench/wait.ts'
import { create, edit, type Stage } from '../../test/histories/services/actions.ts'
import { Doings } from '../../test/histories/services/doings.ts'
import type { Exchange } from '../../test/histories/services/journal.ts'
import { NAMES, SIDES, type Side } from '../../test/histories/services/sides.ts'
import { allBack, killTarget } from './kills.ts'
import { ownership, ownUsers } from './own.ts'
import type { Stand } from './stand.ts'
import { LATE_MS, type Moment, type Target, type Timeline } from './timeline.ts'

/** What a history leaves for the oracle to judge, and for a person to read. */
export type Played = {
  readonly doings: Doings
  readonly story: readonly Line[]
  readonly kills: readonly Target[]
  /** Counts at which a worker died. */
  readonly deaths: readonly number[]
  /** It did not come to rest, or to life again; null when it did. */
  readonly broke: string | null
}

/** `count`: its place among all that happened. */
export type Line = { readonly count: number; readonly text: string }

/** So long it may take to settle: a write whose worker died is unknown for 40 s, and is looked for after that. */
const SETTLE_MS = 150_000
/** A command that found something still on its way up is asked again. */
const AGAIN_MS = 1_000

/** Plays one history, and lets everything come back and settle. Throws the reason of `signal`. */
export async function play(stand: Stand, timeline: Timeline, signal: AbortSignal): Promise<Played> {
  const player = new Player(stand, timeline, signal)
  let broke: string | null = null
  try {
    await player.play()
    await player.settle()
  } catch (error) {
    signal.throwIfAborted()
    broke = error instanceof Error ? error.message : String(error)
  }
  return { ...player, broke }
}

class Player {
  readonly doings = new Doings()
  readonly story: Line[] = []
  readonly kills: Target[] = []
  readonly deaths: number[] = []
  readonly #stand: Stand
  readonly #timeline: Timeline
  readonly #signal: AbortSignal
  readonly #stage: Stage
  /** What each user is about, and what kills and restarts: one thing after the other. */
  readonly #lines: Record<Side | 'kills', Promise<unknown>> = {
    left: Promise.resolve(),
    right: Promise.resolve(),
    kills: Promise.resolve(),
  }

  constructor(stand: Stand, timeline: Timeline, signal: AbortSignal) {
    this.#stand = stand
    this.#timeline = timeline
    this.#signal = signal
    this.#stage = {
      avoid: timeline.avoid,
      users: ownUsers(stand.users, ownership(timeline.firstToken)),
      doings: this.doings,
      next: () => stand.journal.next(),
      places: async () => stand.places,
      tell: (text) => this.#tell(text),
    }
  }

  async play(): Promise<void> {
    this.#stand.journal.clear()
    for (const side of SIDES) await this.#suffer(side, [])
    const began = performance.now()
    try {
      for (const moment of this.#timeline.moments) {
        const wait = began + moment.atMs - performance.now()
        if (wait > 0) await pause(wait, undefined, { signal: this.#signal })
        this.#begin(moment)
      }
    } finally {
      // Also when it is stopped: nothing may be started any more behind whoever clears away.
      await Promise.allSettled(Object.values(this.#lines))
    }
    await Promise.all(Object.values(this.#lines))
  }

  /** Faults end. Whatever was killed comes back, both sides are looked at, and a second look finds nothing to do. */
  async settle(): Promise<void> {
    this.#tell('— quiet —')
    for (const side of SIDES) await this.#stand.users[side].call('POST', '/__sim/faults', [])
    await allBack(this.#stand, this.#signal)
    await this.#sync()
    this.#tell('settled')
    const { journal } = this.#stand
    const { count } = journal
    await this.#sync()
    const more = journal.exchanges.filter((one) => one.writes && one.count > count && !isNotice(one))
    if (more.length > 0) throw new Error(`${more.length} requests wrote to what was settled`)
  }

  #begin(moment: Moment): void {
    const line = moment.do === 'act' ? moment.side : moment.do === 'kill' ? 'kills' : null
    const work = () => this.#happen(moment)
    if (line === null) this.#lines.kills = Promise.all([this.#lines.kills, work()])
    else this.#lines[line] = this.#lines[line].then(work)
    // What broke is heard of when all have come to their ends.
    for (const one of Object.values(this.#lines)) one.catch(() => undefined)
  }

  async #happen(moment: Moment): Promise<void> {
    if (this.#signal.aborted) return
    if (moment.do === 'act') {
      const { event } = moment
      return event.do === 'create' ? create(this.#stage, event) : edit(this.#stage, event.edits)
    }
    if (moment.do === 'fault') {
      const { side, word, times } = moment
      this.#tell(`${NAMES[side]}: ${word} for the next ${times} requests`)
      if (word.startsWith('stale')) this.#stand.journal.staleExpected = true
      return this.#suffer(side, [{ match: '* /*', do: word, times }])
    }
    return this.#kill(moment.target)
  }

  async #kill(target: Target): Promise<void> {
    const { journal } = this.#stand
    this.#tell(`kill: ${target}`)
    const killed = killTarget(this.#stand, target)
    if (target === 'worker' || target === 'everything') this.deaths.push(journal.next())
    if (!(await killed)) return this.#tell(`  ${target} was not there`)
    this.kills.push(target)
    if (target === 'worker') this.deaths.push(journal.next())
    if (target === 'everything') this.#tell('everything was started again')
  }

  /** Faults of requests, beside slowness and those of deliveries, which last as long as the history. */
  async #suffer(side: Side, faults: readonly object[]): Promise<void> {
    const { seed, slowMs, webhooks } = this.#timeline
    const { lost, twice, late } = webhooks
    await this.#stand.users[side].call('POST', '/__sim/faults', [
      ...faults,
      ...(slowMs === 0 ? [] : [{ match: '* /*', do: `delay:${slowMs}` }]),
      { match: '*', do: 'webhook-lost', probability: lost, seed },
      { match: '*', do: 'webhook-twice', probability: twice, seed },
      { match: '*', do: `webhook-late:${LATE_MS}`, probability: late, seed },
    ])
  }

  /** `dealbridge sync-once`, until it says that everything is settled. */
  async #sync(): Promise<void> {
    const end = performance.now() + SETTLE_MS
    let said = ''
    const settled = async () => {
      const left = Math.max(1, Math.round((end - performance.now()) / 1000))
      try {
        const { stdout } = await this.#stand.product.command('sync-once', '--json', '--timeout', String(left))
        said = stdout.trim()
        if ((JSON.parse(said) as { settled: boolean }).settled) return true
        await this.#letThrough()
        return undefined
      } catch (error) {
        this.#signal.throwIfAborted()
        said = error instanceof Error ? error.message : String(error)
        this.#tell(`  ${said}`)
        return undefined
      }
    }
    await waitFor('settling', settled, {
      signal: this.#signal,
      timeoutMs: SETTLE_MS,
      everyMs: AGAIN_MS,
    }).catch((error: unknown) => {
      this.#signal.throwIfAborted()
      throw new Error(`${error instanceof Error ? error.message : String(error)}; last it was said: ${said}`)
    })
  }

  /** A person comes to a route that very many deletions have stopped, and lets them through. */
  async #letThrough(): Promise<void> {
    const { product } = this.#stand
    const { stdout } = await product.command('status', '--json')
    const { routes } = JSON.parse(stdout) as { routes: { route: string; state: string }[] }
    for (const { route } of routes.filter(({ state }) => state === 'stopped')) {
      await product.command('route', 'resume', route, '--once')
      this.#tell(`route ${route} was stopped, and goes on`)
    }
  }

  #tell(text: string): void {
    this.story.push({ count: this.#stand.journal.next(), text })
  }
}

/** What waits for its user may be told so after the rest is settled. */
function isNotice({ side, body }: Exchange): boolean {
  return side === 'right' && body.includes('"needs-person"') && !body.includes('"item_add"')
}
