import { resumeStopped } from '../../../src/activities/mass-change.ts'
import { addContainer, setRemoteId } from '../../../src/store/containers.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { Trouble } from '../../../src/workflows/settle.ts'
import { create, edit, type Places, type Stage } from './actions.ts'
import { Deliveries } from './deliveries.ts'
import { Doings } from './doings.ts'
import { accountOf, type Lab, setPolicy } from './lab.ts'
import type { Event, Job, Script } from './script.ts'
import { NAMES, SIDES, type Side } from './sides.ts'
import type { Users } from './users.ts'
import { startWorker, type Worker } from './worker.ts'

/** What a history leaves for the oracle to judge, and for a person to read. */
export type Played = {
  readonly doings: Doings
  readonly story: readonly string[]
  /** Something went on changing, or the product threw; null when it came to rest. */
  readonly broke: string | null
  readonly general: string | null
}

/** More rounds than any history needs to come to rest. */
const MAX_ROUNDS = 14

/** More steps of workers than any history needs: the product goes round in circles. */
const MAX_STEPS = 6_000

/** Plays a history on the lab, event by event, and then lets everything settle. */
export async function play(lab: Lab, script: Script): Promise<Played> {
  await lab.reset()
  await setPolicy(lab, {
    zone: 'America/New_York',
    direction: 'both',
    assignees: 'own',
    ...script.policy,
  })
  const players = await Players.open(lab, script)
  let broke: string | null = null
  try {
    if (script.looked === true) await players.lookAtBoth()
    for (const event of script.events) await players.play(event)
    await players.calm()
    await players.settle('complete', needsCompleteLooks(script) ? 'complete' : 'incremental')
  } catch (error) {
    broke = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
    if (!(error instanceof Unsettled)) broke += `\n${error instanceof Error ? error.stack : ''}`
  }
  const { doings, story } = players
  return { doings, story, broke, general: (await players.places()).general }
}

/** Most tasks that one edit names where complete looks are not asked for: each absence takes a look of its own. */
const FEW = 10

/** A complete look in every round costs time, and so only some histories take it, and those where very many tasks go. */
function needsCompleteLooks({ seed, events }: Script): boolean {
  return seed % 4 === 0 || events.some((event) => event.do === 'edit' && event.edits.length > FEW)
}

class Unsettled extends Error {
  override readonly name = 'Unsettled'
}

class Players {
  readonly doings = new Doings()
  readonly story: string[] = []
  readonly #lab: Lab
  readonly #deliveries: Deliveries
  readonly #workers = new Map<string, Worker>()
  readonly #stage: Stage
  readonly #other: string
  #steps = 0
  /** How often a person has been at a stopped route. */
  #resumes = 0

  private constructor(lab: Lab, script: Script, deliveries: Deliveries, other: string) {
    this.#lab = lab
    this.#deliveries = deliveries
    this.#other = other
    const users: Users = lab.user
    this.#stage = {
      avoid: script.avoid,
      users,
      doings: this.doings,
      next: () => lab.journal.next(),
      places: () => this.places(),
      tell: (line) => this.#tell(line),
    }
  }

  static async open(lab: Lab, script: Script): Promise<Players> {
    const { body: other } = await lab.user.right.call<{ id: string }>('POST', '/api/v1/projects', {
      name: 'Private',
    })
    await makeGeneral(lab)
    return new Players(lab, script, await Deliveries.open(lab), other.id)
  }

  async places(): Promise<Places> {
    const [row] = await this.#lab.db<{ id: string | null }[]>`
      select remote_id as id from container where role = 'general' and remote_id is not null order by shard`
    return { general: row?.id ?? null, other: this.#other }
  }

  async play(event: Event): Promise<void> {
    switch (event.do) {
      case 'create':
      case 'edit':
        await (event.do === 'create' ? create(this.#stage, event) : edit(this.#stage, event.edits))
        return this.#pass(1)
      case 'run':
        return this.#run(event.worker, event.job, event.steps)
      case 'kill': {
        const { life } = this.#worker(event.worker)
        if (!life.busy) return
        this.#tell(`worker ${life.name} dies after ${life.where}`)
        life.die()
        this.#workers.delete(event.worker)
        return
      }
      case 'cut':
        this.#worker(event.worker).life.cut = event.when
        return
      case 'pass':
        if (event.ms > 60_000) this.#tell(`${Math.round(event.ms / 1000)} s pass`)
        return this.#pass(event.ms)
      case 'fault':
        if (event.word.startsWith('stale') && !this.#mayBeStale(event.side)) return
        this.#tell(`${NAMES[event.side]}: ${event.word} for the next ${event.times} requests`)
        if (event.word.startsWith('stale')) this.#lab.journal.staleExpected = true
        await this.#lab.user[event.side].call('POST', '/__sim/faults', [
          { match: '*', do: event.word, times: event.times },
        ])
        return
      case 'deliver': {
        const side = await this.#deliveries.end(event.nth, event.how)
        if (side !== null && event.how !== 'lose') this.#tell(`a webhook of ${side} arrives ${event.how}`)
        return
      }
      case 'resume':
        return this.#resume(event.once)
      case 'settle':
        await this.calm()
        return this.settle('incremental')
    }
  }

  #mayBeStale(side: Side): boolean {
    const { avoid, doings } = this.#stage
    if (side === 'right' && avoid.includes('stale-skips-completed') && doings.editedCompleted) return false
    if (side === 'right') doings.shownThePast = true
    return true
  }

  /** Faults end, and everybody comes to the end of what he does. */
  async calm(): Promise<void> {
    this.#tell('— quiet —')
    for (const side of SIDES) await this.#lab.user[side].call('POST', '/__sim/faults', [])
    for (const { life } of this.#workers.values()) {
      life.cut = null
      while (life.busy) await this.#step(life)
    }
  }

  /**
   * Time passes and everything is looked at, until a round finds nothing to work on and writes nothing: so that a pass
   * over what is in step must be without a write, and what is written to again and again never settles. What a round's
   * work lets go (a task that waited at the intake gate) is taken in by the look of the next one.
   */
  async settle(first: Job['kind'], then = first): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      await this.#pass(61_000)
      if (await this.#stopped()) await this.#resume(true)
      const before = this.#lab.journal.writes
      const idle = await this.#round(round === 0 ? first : then)
      const rests = idle && !(await this.#stopped()) && (await this.#open()) === 0
      if (rests && this.#lab.journal.writes === before) return
    }
    throw new Unsettled(
      `after ${MAX_ROUNDS} quiet minutes ${await this.#open()} pairs are still pending, or written to`,
    )
  }

  async lookAtBoth(): Promise<void> {
    for (const side of SIDES) await this.#run('a', { kind: 'complete', side }, Number.POSITIVE_INFINITY)
  }

  /** True when the looks of it have found nothing to do. */
  async #round(kind: Job['kind']): Promise<boolean> {
    for (const side of SIDES) await this.#run('a', { kind, side }, Number.POSITIVE_INFINITY)
    for (let n = 0; n < 20; n += 1) {
      const due = await this.#due()
      if (due === 0) return n === 0
      await this.#run('a', { kind: 'work', side: 'left' }, Number.POSITIVE_INFINITY)
      await this.#pass(21_000)
    }
    return false
  }

  async #due(): Promise<number> {
    await this.#lab.clock.flush()
    const [row] = await this.#lab.db<{ count: number }[]>`
      select count(*)::int as count from pending where due`
    return row?.count ?? 0
  }

  async #open(): Promise<number> {
    await this.#lab.clock.flush()
    const [row] = await this.#lab.db<{ count: number }[]>`
      select count(*)::int as count from pending where state <> 'waiting'`
    return row?.count ?? 0
  }

  async #stopped(): Promise<boolean> {
    const [row] = await this.#lab.db<{ state: string }[]>`
      select state from route where id = ${this.#lab.routeId}`
    return row?.state === 'stopped'
  }

  /** A person looks at a stopped route (`dealbridge route resume`). */
  async #resume(once: boolean): Promise<void> {
    if (!(await this.#stopped())) return
    await this.#lab.clock.flush()
    const { db, routeId } = this.#lab
    const deps = this.#lab.depsFor(db, this.#lab.freshProviders(), async () => undefined)
    const { endings, goesOn } = await inTransaction(db, (tx) => resumeStopped(tx, deps, { routeId, once }))
    this.#resumes += 1
    this.#tell(
      `a person sees ${endings.length} endings${once ? ', lets them through' : ''}: ${goesOn ? 'it goes on' : 'it stays stopped'}`,
    )
  }

  /** What is begun while the route is stopped writes nothing, until a person has been there. */
  #watched(name: string, stopped: boolean, work: () => Promise<unknown>): () => Promise<unknown> {
    const resumes = this.#resumes
    const from = this.#lab.journal.exchanges.length
    return async () => {
      await this.#surviving(name, work)
      if (!stopped || this.#resumes !== resumes) return
      const wrote = this.#lab.journal.exchanges.slice(from).find((one) => one.writes && one.worker === name)
      if (wrote !== undefined)
        throw new Error(`the route is stopped, and worker ${name} wrote: ${wrote.method} ${wrote.path}`)
    }
  }

  #worker(name: string): Worker {
    const known = this.#workers.get(name)
    if (known !== undefined) return known
    const started = startWorker(this.#lab, name)
    this.#workers.set(name, started)
    return started
  }

  async #run(name: string, job: Job, steps: number): Promise<void> {
    const worker = this.#worker(name)
    const { life } = worker
    // What was looked at before its work began is older than that.
    if (!life.busy) await this.#pass(1)
    await this.#lab.clock.flush()
    if (!life.busy) {
      if (steps < 100) this.#tell(`worker ${name} begins: ${job.kind} ${job.side}`)
      const work = this.#watched(name, await this.#stopped(), () => doJob(worker, job))
      await life.begin(this.#lab.journal.next(), work)
    }
    let n = 0
    for (; n < steps && life.busy; n += 1) await this.#step(life)
  }

  async #step(life: Worker['life']): Promise<void> {
    this.#steps += 1
    if (this.#steps > MAX_STEPS) {
      for (const { life: each } of this.#workers.values()) each.die()
      throw new Unsettled(`workers made ${MAX_STEPS} steps and go on`)
    }
    if (life.where !== 'a commit') this.#tell(`  worker ${life.name}: ${life.where}`)
    await this.#lab.clock.flush()
    await life.step()
  }

  /** Trouble of a service ends a job, and leaves everything to later ones. */
  async #surviving(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      this.#tell(`  worker ${name} gives up: ${error.message}`)
    }
  }

  async #pass(ms: number): Promise<void> {
    await this.#lab.clock.advance(ms)
  }

  #tell(line: string): void {
    this.story.push(`${this.#lab.clock.iso.slice(11, 23)} ${line}`)
  }
}

function doJob({ does }: Worker, { kind, side }: Job): Promise<unknown> {
  return kind === 'work' ? does.work() : does.pull(side, kind)
}

/** General is there from the start: so that users can put tasks into it. */
async function makeGeneral(lab: Lab): Promise<void> {
  const marker = `follow-up-boss/${await accountOf(lab)}/general/1`
  const { body } = await lab.user.right.call<{ id: string }>('POST', '/api/v1/projects', {
    name: 'General',
    description: `dealbridge: ${marker}`,
  })
  await inTransaction(lab.db, async (tx) => {
    const general = await addContainer(tx, {
      routeId: lab.routeId,
      connectionId: lab.rightId,
      role: 'general',
      shard: 1,
      name: 'General',
      marker,
    })
    await setRemoteId(tx, general.id, body.id)
  })
}
