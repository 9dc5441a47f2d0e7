import { resumeStopped } from '../../../src/activities/mass-change.ts'
import { inTransaction } from '../../../src/store/database.ts'
import { Trouble } from '../../../src/workflows/settle.ts'
import type { Journal } from './journal.ts'
import type { Job } from './script.ts'
import { SIDES } from './sides.ts'
import { type Site, startWorker, type Worker } from './worker.ts'

/** More rounds than any history needs to come to rest. */
const MAX_ROUNDS = 14

/** More steps of workers than any history needs: the product goes round in circles. */
const MAX_STEPS = 6_000

export type WorkSite = Site & { readonly journal: Journal; readonly routeId: string }

export class Unsettled extends Error {
  override readonly name = 'Unsettled'
}

/** The workers of a history, and the person who looks at a stopped route. `story`: what they did, for a person to read. */
export class Crew {
  readonly story: string[] = []
  readonly #site: WorkSite
  readonly #workers = new Map<string, Worker>()
  #steps = 0
  /** How often a person has been at a stopped route. */
  #resumes = 0

  constructor(site: WorkSite) {
    this.#site = site
  }

  kill(name: string): void {
    const { life } = this.#worker(name)
    if (!life.busy) return
    this.tell(`worker ${life.name} dies after ${life.where}`)
    life.die()
    this.#workers.delete(name)
  }

  /** The worker's next transaction fails: before it commits, or after. */
  cut(name: string, when: 'before' | 'after'): void {
    this.#worker(name).life.cut = when
  }

  /** Everybody comes to the end of what he does. */
  async finish(): Promise<void> {
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
      await this.pass(61_000)
      if (await this.#stopped()) await this.resume(true)
      const before = this.#site.journal.writes
      const idle = await this.#round(round === 0 ? first : then)
      const rests = idle && !(await this.#stopped()) && (await this.#open()) === 0
      if (rests && this.#site.journal.writes === before) return
    }
    throw new Unsettled(
      `after ${MAX_ROUNDS} quiet minutes ${await this.#open()} pairs are still pending, or written to`,
    )
  }

  async lookAtBoth(): Promise<void> {
    for (const side of SIDES) await this.run('a', { kind: 'complete', side }, Number.POSITIVE_INFINITY)
  }

  /** The worker begins the job when it is idle, and goes so many steps, at most up to its `looks`-th look at a service. */
  async run(name: string, job: Job, steps: number, looks = Number.POSITIVE_INFINITY): Promise<void> {
    const worker = this.#worker(name)
    const { life } = worker
    // What was looked at before its work began is older than that.
    if (!life.busy) await this.pass(1)
    await this.#site.clock.flush()
    if (!life.busy) {
      if (steps < 100) this.tell(`worker ${name} begins: ${job.kind} ${job.side}`)
      const work = this.#watched(name, await this.#stopped(), () => doJob(worker, job))
      await life.begin(this.#site.journal.next(), work)
    }
    const { exchanges } = this.#site.journal
    const from = exchanges.length
    const looked = () => exchanges.slice(from).filter((one) => one.worker === name && !one.writes).length
    for (let n = 0; n < steps && life.busy && looked() < looks; n += 1) await this.#step(life)
  }

  /** A person looks at a stopped route (`dealbridge route resume`). */
  async resume(once: boolean): Promise<void> {
    if (!(await this.#stopped())) return
    await this.#site.clock.flush()
    const { db, routeId } = this.#site
    const deps = this.#site.depsFor(db, this.#site.freshProviders(db), async () => undefined)
    const { endings, goesOn } = await inTransaction(db, (tx) => resumeStopped(tx, deps, { routeId, once }))
    this.#resumes += 1
    this.tell(
      `a person sees ${endings.length} endings${once ? ', lets them through' : ''}: ${goesOn ? 'it goes on' : 'it stays stopped'}`,
    )
  }

  async pass(ms: number): Promise<void> {
    await this.#site.clock.advance(ms)
  }

  tell(line: string): void {
    this.story.push(`${this.#site.clock.iso.slice(11, 23)} ${line}`)
  }

  /** True when the looks of it have found nothing to do. */
  async #round(kind: Job['kind']): Promise<boolean> {
    for (const side of SIDES) await this.run('a', { kind, side }, Number.POSITIVE_INFINITY)
    for (let n = 0; n < 20; n += 1) {
      const due = await this.#due()
      if (due === 0) return n === 0
      await this.run('a', { kind: 'work', side: 'left' }, Number.POSITIVE_INFINITY)
      await this.pass(21_000)
    }
    return false
  }

  async #due(): Promise<number> {
    await this.#site.clock.flush()
    const [row] = await this.#site.db<{ count: number }[]>`
      select count(*)::int as count from pending where due`
    return row?.count ?? 0
  }

  async #open(): Promise<number> {
    await this.#site.clock.flush()
    const [row] = await this.#site.db<{ count: number }[]>`
      select count(*)::int as count from pending where state <> 'waiting'`
    return row?.count ?? 0
  }

  async #stopped(): Promise<boolean> {
    const [row] = await this.#site.db<{ state: string }[]>`
      select state from route where id = ${this.#site.routeId}`
    return row?.state === 'stopped'
  }

  /** What is begun while the route is stopped writes nothing, until a person has been there. */
  #watched(name: string, stopped: boolean, work: () => Promise<unknown>): () => Promise<unknown> {
    const resumes = this.#resumes
    const { exchanges } = this.#site.journal
    const from = exchanges.length
    return async () => {
      await this.#surviving(name, work)
      if (!stopped || this.#resumes !== resumes) return
      const wrote = exchanges.slice(from).find((one) => one.writes && one.worker === name)
      if (wrote !== undefined)
        throw new Error(`the route is stopped, and worker ${name} wrote: ${wrote.method} ${wrote.path}`)
    }
  }

  #worker(name: string): Worker {
    const known = this.#workers.get(name)
    if (known !== undefined) return known
    const started = startWorker(this.#site, name)
    this.#workers.set(name, started)
    return started
  }

  async #step(life: Worker['life']): Promise<void> {
    this.#steps += 1
    if (this.#steps > MAX_STEPS) {
      for (const { life: each } of this.#workers.values()) each.die()
      throw new Unsettled(`workers made ${MAX_STEPS} steps and go on`)
    }
    if (life.where !== 'a commit') this.tell(`  worker ${life.name}: ${life.where}`)
    await this.#site.clock.flush()
    await life.step()
  }

  /** Trouble of a service ends a job, and leaves everything to later ones. */
  async #surviving(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      this.tell(`  worker ${name} gives up: ${error.message}`)
    }
  }
}

function doJob({ does }: Worker, { kind, side }: Job): Promise<unknown> {
  return kind === 'work' ? does.work() : does.pull(side, kind)
}

/** Why a history ended before its time, for a person. */
export function whyBroken(error: unknown): string {
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  if (error instanceof Unsettled) return said
  return `${said}\n${error instanceof Error ? error.stack : ''}`
}
