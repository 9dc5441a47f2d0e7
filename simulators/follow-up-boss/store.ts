import type { SimClock } from '../kit/clock.ts'
import type { FubContent } from './content.ts'
import { type FubDeal, type FubNote, type FubPerson, type FubTask, type FubUser, stamp } from './records.ts'
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
  /** What no request changes. */
  readonly book: Pick<FubContent, 'account' | 'peopleStages' | 'pipelines'>
  readonly users: readonly FubUser[]
  readonly people: Table<FubPerson>
  readonly tasks: Table<FubTask>
  readonly deals: Table<FubDeal>
  readonly notes: Table<FubNote>
  /** Ids of the tasks of a person. */
  readonly tasksOf = new Map<number, Set<number>>()
  /** Grows with each change. */
  version: number

  constructor(clock: SimClock, content: FubContent, announce: Announce) {
    this.clock = clock
    this.announce = announce
    this.version = content.version
    const { account, peopleStages, pipelines } = content
    this.book = { account, peopleStages, pipelines }
    this.users = content.users
    const changed = (): void => {
      this.version += 1
    }
    this.people = new Table(clock, content.people, changed)
    this.tasks = new Table(clock, content.tasks, changed)
    this.deals = new Table(clock, content.deals, changed)
    this.notes = new Table(clock, content.notes, changed)
    for (const task of content.tasks.rows) this.indexTask(task.id, task.personId)
  }

  /** Everything it holds. */
  content(): FubContent {
    return {
      ...this.book,
      users: this.users,
      people: this.people.content(),
      tasks: this.tasks.content(),
      deals: this.deals.content(),
      notes: this.notes.content(),
      version: this.version,
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
