import type { Expected } from './compare.ts'
import type { Stand } from './stand.ts'
import { waitFor } from './wait.ts'

const LATE_MS = 300_000

type Known = { title: string; done: boolean; followUpBossId: string; todoistId: string }

/** A user of both accounts, who knows what he did: after an outage both must hold that. */
export class UserAtWork {
  readonly #stand: Stand
  readonly #tasks: Known[]
  readonly #made: Expected[] = []
  #turn = 0

  private constructor(stand: Stand, tasks: Known[]) {
    this.#stand = stand
    this.#tasks = tasks
  }

  /** Of accounts that are in step. */
  static async at(stand: Stand): Promise<UserAtWork> {
    const sides = await stand.tasks()
    const others = new Map(sides.Todoist.map((task) => [task.title, task.id]))
    return new UserAtWork(
      stand,
      sides['Follow Up Boss'].flatMap(({ title, done, id }) => {
        const todoistId = others.get(title)
        return todoistId === undefined ? [] : [{ title, done, followUpBossId: id, todoistId }]
      }),
    )
  }

  /** Renames a task on each side, and ticks one off; makes one in the CRM. Each time others. */
  async work(): Promise<void> {
    const { followUpBoss, todoist } = this.#stand
    this.#turn += 1
    const [left, right, ticked] = [0, 1, 2].map((n) => this.#next(n))
    if (left === undefined || right === undefined || ticked === undefined)
      throw new Error('there are too few tasks: give a larger --size')
    left.title = `${left.title}, renamed ${this.#turn}`
    await followUpBoss.asUser('PUT', `/v1/tasks/${left.followUpBossId}`, { name: left.title })
    right.title = `${right.title}, renamed ${this.#turn}`
    await todoist.asUser('POST', `/api/v1/tasks/${right.todoistId}`, { content: right.title })
    ticked.done = true
    await todoist.asUser('POST', `/api/v1/tasks/${ticked.todoistId}/close`)
    const made = { title: `Made while it was away ${this.#turn}`, done: false }
    await followUpBoss.asUser('POST', '/v1/tasks', { name: made.title, personId: await this.#person() })
    this.#made.push(made)
  }

  /** Returns when both sides hold what he did last. */
  async arrived(): Promise<void> {
    const wanted = this.expected().map(key).sort().join('\n')
    const alike = async () => {
      const sides = await this.#stand.tasks()
      return Object.values(sides).every((side) => side.map(key).sort().join('\n') === wanted)
        ? true
        : undefined
    }
    await waitFor('what was done meanwhile', alike, {
      signal: this.#stand.signal,
      timeoutMs: LATE_MS,
      everyMs: 250,
    }).catch((error: unknown) => {
      // What is missing is told by the comparison at the end.
      if (this.#stand.signal.aborted) throw error
    })
  }

  expected(): Expected[] {
    return [...this.#tasks.map(({ title, done }) => ({ title, done })), ...this.#made]
  }

  #next(n: number): Known | undefined {
    return this.#tasks.filter(({ done }) => !done)[(this.#turn * 3 + n) % this.#tasks.length]
  }

  async #person(): Promise<number> {
    const answer = await this.#stand.followUpBoss.asUser('GET', '/v1/people?limit=1')
    const person = (answer as { people: { id: number }[] }).people[0]
    if (person === undefined) throw new Error('there is no contact')
    return person.id
  }
}

function key({ title, done }: Expected): string {
  return `${title}${done ? ' (completed)' : ''}`
}
