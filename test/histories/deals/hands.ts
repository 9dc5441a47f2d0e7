import { Trouble } from '../../../src/workflows/settle.ts'
import { Unsettled } from '../services/crew.ts'
import type { Lab } from '../services/lab.ts'
import { startWorker, type Worker } from '../services/worker.ts'

/** What a worker is told to do: to look at one side, at the deals, or to work on what is due. */
export type Task = 'deals' | 'left' | 'right' | 'work'

const MAX_ROUNDS = 40
const MAX_STEPS = 20_000

/** The workers of a history of deals. `story`: what happened, for a person to read. */
export class Hands {
  readonly story: string[] = []
  readonly #lab: Lab
  readonly #workers = new Map<string, Worker>()
  #steps = 0

  constructor(lab: Lab) {
    this.#lab = lab
  }

  tell(line: string): void {
    this.story.push(`${this.#lab.clock.iso.slice(11, 23)} ${line}`)
  }

  /** The worker begins the task when it is idle, and goes so many steps. */
  async run(name: string, task: Task, steps: number): Promise<void> {
    const worker = this.#worker(name)
    const { clock, journal } = this.#lab
    await clock.advance(1)
    await clock.flush()
    if (!worker.life.busy) {
      this.tell(`worker ${name} begins: ${task}`)
      await worker.life.begin(journal.next(), () => this.#surviving(name, () => doTask(worker, task)))
    }
    for (let n = 0; n < steps && worker.life.busy; n += 1) await this.#step(worker)
  }

  kill(name: string): void {
    const { life } = this.#worker(name)
    if (!life.busy) return
    this.tell(`worker ${name} dies after ${life.where}`)
    life.die()
    this.#workers.delete(name)
  }

  /** Everybody comes to the end of what he does; then rounds, until one finds nothing to work on. */
  async settle(): Promise<void> {
    this.tell('— quiet —')
    for (const worker of this.#workers.values()) while (worker.life.busy) await this.#step(worker)
    for (let n = 0; n < MAX_ROUNDS; n += 1) {
      await this.#lab.clock.advance(61_000)
      const before = this.#lab.journal.writes
      if (!(await this.round()) && this.#lab.journal.writes === before) return
    }
    throw new Unsettled(`after ${MAX_ROUNDS} quiet minutes there is still something to do`)
  }

  /** All is looked at, and what is due is worked on. False where nothing was. */
  async round(): Promise<boolean> {
    for (const task of ['deals', 'left', 'right'] as const)
      await this.run('a', task, Number.POSITIVE_INFINITY)
    for (let n = 0; n < 20; n += 1) {
      if (!(await this.#isDue())) return n > 0 || (await this.#isPending())
      await this.run('a', 'work', Number.POSITIVE_INFINITY)
      await this.#lab.clock.advance(21_000)
    }
    return true
  }

  async #isDue(): Promise<boolean> {
    const { clock, db } = this.#lab
    await clock.flush()
    const [row] = await db<{ due: boolean }[]>`
      select exists (select from pending where due) or exists (select from pending_deal where due) as due`
    return row?.due === true
  }

  async #isPending(): Promise<boolean> {
    const [row] = await this.#lab.db<{ open: boolean }[]>`
      select exists (select from pending where state <> 'waiting') or exists (select from pending_deal) as open`
    return row?.open === true
  }

  #worker(name: string): Worker {
    const known = this.#workers.get(name)
    if (known !== undefined) return known
    const started = startWorker(this.#lab, name)
    this.#workers.set(name, started)
    return started
  }

  async #step({ life }: Worker): Promise<void> {
    this.#steps += 1
    if (this.#steps > MAX_STEPS) throw new Unsettled(`workers made ${MAX_STEPS} steps and go on`)
    if (life.where !== 'a commit') this.tell(`  worker ${life.name}: ${life.where}`)
    await this.#lab.clock.flush()
    await life.step()
  }

  /** Trouble of a service ends a task, and leaves everything to later ones. */
  async #surviving(name: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      if (!(error instanceof Trouble)) throw error
      this.tell(`  worker ${name} gives up: ${error.message}`)
    }
  }
}

function doTask({ does }: Worker, task: Task): Promise<unknown> {
  switch (task) {
    case 'work':
      return does.work()
    case 'deals':
      return does.pullDeals('complete')
    case 'left':
    case 'right':
      return does.pull(task, 'incremental')
  }
}
