import { type Book, makeBook } from '../data/book.ts'
import type { SimClock } from '../kit/clock.ts'
import type { SimData } from '../kit/service.ts'
import { type FubDeal, type FubNote, type FubPerson, type FubTask, type FubUser, stamp } from './records.ts'
import { seedDeal, seedPerson, seedTask, seedUser } from './seed.ts'
import { Table } from './table.ts'

/** What a change tells the webhooks. */
export type Announce = (change: {
  kind: string
  verb: string
  ids: number[]
  data?: Record<string, unknown>
}) => void

/** Everything one simulated account holds. */
export class FubStore {
  readonly clock: SimClock
  readonly announce: Announce
  readonly book: Book
  readonly users: readonly FubUser[]
  readonly people: Table<FubPerson>
  readonly tasks: Table<FubTask>
  readonly deals: Table<FubDeal>
  readonly notes: Table<FubNote>
  /** Ids of the tasks of a person. */
  readonly tasksOf = new Map<number, Set<number>>()
  /** Grows with each change. */
  version: number

  constructor(clock: SimClock, data: SimData, seed: number, announce: Announce, version: number) {
    this.clock = clock
    this.announce = announce
    this.version = version
    const now = clock.now()
    const book = makeBook(data, seed, now)
    this.book = book
    this.users = book.users.map((user) => seedUser(user, now))
    const changed = (): void => {
      this.version += 1
    }
    this.people = new Table(clock, 5001, changed)
    this.tasks = new Table(clock, 4001, changed)
    this.deals = new Table(clock, 5501, changed)
    this.notes = new Table(clock, 9001, changed)
    for (const person of book.people) this.people.seed(seedPerson(book, person, now))
    for (const deal of book.deals) this.deals.seed(seedDeal(deal, now))
    for (const task of book.tasks) {
      this.tasks.seed(seedTask(book, task, now))
      this.indexTask(task.id, task.personId)
    }
  }

  now(): string {
    return stamp(this.clock.now())
  }

  user(id: number): FubUser | undefined {
    return this.users.find((user) => user.id === id)
  }

  /** A deal stage and its pipeline. */
  dealStage(id: number) {
    for (const pipeline of this.book.pipelines) {
      const stage = pipeline.stages.find((candidate) => candidate.id === id)
      if (stage !== undefined) return { pipeline, stage }
    }
    return undefined
  }

  insertTask(task: FubTask): void {
    this.tasks.insert(task)
    this.indexTask(task.id, task.personId)
    this.announce({ kind: 'tasks', verb: 'Created', ids: [task.id] })
  }

  replaceTask(task: FubTask): void {
    const before = this.tasks.get(task.id)
    if (before !== undefined && before.personId !== task.personId) {
      this.tasksOf.get(before.personId)?.delete(task.id)
      this.indexTask(task.id, task.personId)
    }
    this.tasks.replace(task)
    this.announce({ kind: 'tasks', verb: 'Updated', ids: [task.id] })
  }

  removeTask(task: FubTask): void {
    this.dropTask(task)
    this.announce({ kind: 'tasks', verb: 'Deleted', ids: [task.id] })
  }

  /** Removes a person and, without events of their own, its tasks (reference §6.5). */
  removePerson(id: number): void {
    for (const taskId of [...(this.tasksOf.get(id) ?? [])]) {
      const task = this.tasks.get(taskId)
      if (task !== undefined) this.dropTask(task)
    }
    this.people.remove(id)
    this.announce({ kind: 'people', verb: 'Deleted', ids: [id] })
  }

  private dropTask(task: FubTask): void {
    this.tasks.remove(task.id)
    this.tasksOf.get(task.personId)?.delete(task.id)
  }

  private indexTask(id: number, personId: number): void {
    const ids = this.tasksOf.get(personId)
    if (ids === undefined) this.tasksOf.set(personId, new Set([id]))
    else ids.add(id)
  }
}
