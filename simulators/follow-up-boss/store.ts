import type { SimClock } from '../kit/clock.ts'
import type { Actor } from '../kit/http-types.ts'
import type { FubContent } from './content.ts'
import type { FubDeal, FubNote, FubPerson, FubPipeline, FubTask, FubUser } from './records.ts'
import { stamp } from './records.ts'
import type { FubSettings } from './settings.ts'
import { Table } from './table.ts'

/** What the webhooks are told of: `kind` is the collection, `verb` e.g. `Updated`, `by` who did it. */
export interface Change {
  kind: string
  verb: string
  ids: number[]
  by: Actor
  data?: Record<string, unknown>
}
export type Announce = (change: Change) => void

/** Everything one simulated account holds. */
export class FubStore {
  readonly clock: SimClock
  readonly announce: Announce
  /** What no request changes. */
  readonly book: Pick<FubContent, 'account' | 'peopleStages'>
  readonly people: Table<FubPerson>
  readonly tasks: Table<FubTask>
  readonly deals: Table<FubDeal>
  readonly notes: Table<FubNote>
  /** Ids of the tasks of a person; 0 = of nobody. */
  readonly tasksOf = new Map<number, Set<number>>()
  /** Grows with each change. */
  version: number
  private userRows: readonly FubUser[]
  private pipelineRows: readonly FubPipeline[]
  private readonly highest: { pipeline: number; stage: number }

  constructor(clock: SimClock, content: FubContent, announce: Announce) {
    this.clock = clock
    this.announce = announce
    this.version = content.version
    const { account, peopleStages, pipelines } = content
    this.book = { account, peopleStages }
    this.userRows = content.users
    this.pipelineRows = pipelines
    const stages = pipelines.flatMap((pipeline) => pipeline.stages)
    this.highest = content.highest ?? { pipeline: highestId(pipelines), stage: highestId(stages) }
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
      pipelines: this.pipelines,
      highest: { ...this.highest },
      users: this.users,
      people: this.people.content(),
      tasks: this.tasks.content(),
      deals: this.deals.content(),
      notes: this.notes.content(),
      version: this.version,
    }
  }

  /** The time as records carry it: whole seconds, unless the switch `subSecondStamps` says otherwise (U19). */
  now(settings: FubSettings): string {
    const at = this.clock.now()
    return settings.get('subSecondStamps') ? new Date(at).toISOString() : stamp(at)
  }

  /** All users, deleted ones too. */
  get users(): readonly FubUser[] {
    return this.userRows
  }

  get pipelines(): readonly FubPipeline[] {
    return this.pipelineRows
  }

  user(id: number): FubUser | undefined {
    return this.users.find((user) => user.id === id)
  }

  replaceUser(user: FubUser): void {
    this.userRows = this.userRows.map((row) => (row.id === user.id ? user : row))
    this.version += 1
  }

  replacePipelines(pipelines: readonly FubPipeline[]): void {
    this.pipelineRows = pipelines
    this.version += 1
  }

  /** An id that was never given before. */
  nextId(of: 'pipeline' | 'stage'): number {
    this.highest[of] += 1
    return this.highest[of]
  }

  /** A deal stage and its pipeline. */
  dealStage(id: number) {
    for (const pipeline of this.pipelines) {
      const stage = pipeline.stages.find((candidate) => candidate.id === id)
      if (stage !== undefined) return { pipeline, stage }
    }
    return undefined
  }

  /** The first active deal of a person. */
  firstDealOf(personId: number): FubDeal | undefined {
    return this.deals.find((deal) => deal.status === 'Active' && deal.peopleIds.includes(personId))
  }

  insertTask(task: FubTask, by: Actor): void {
    this.tasks.insert(task)
    this.indexTask(task.id, task.personId)
    this.announce({ kind: 'tasks', verb: 'Created', ids: [task.id], by })
  }

  replaceTask(task: FubTask, by: Actor): void {
    const before = this.tasks.get(task.id)
    if (before !== undefined && before.personId !== task.personId) {
      this.tasksOf.get(before.personId)?.delete(task.id)
      this.indexTask(task.id, task.personId)
    }
    this.tasks.replace(task)
    this.announce({ kind: 'tasks', verb: 'Updated', ids: [task.id], by })
  }

  removeTask(task: FubTask, by: Actor): void {
    this.dropTask(task)
    this.announce({ kind: 'tasks', verb: 'Deleted', ids: [task.id], by })
  }

  /** Removes a person and its tasks; these without events of their own (reference §6.5), unless `tell` (U15). */
  removePerson(id: number, by: Actor, tell: boolean): void {
    for (const taskId of [...(this.tasksOf.get(id) ?? [])]) {
      const task = this.tasks.get(taskId)
      if (task === undefined) continue
      if (tell) this.removeTask(task, by)
      else this.dropTask(task)
    }
    this.people.remove(id)
    this.announce({ kind: 'people', verb: 'Deleted', ids: [id], by })
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

function highestId(rows: readonly { id: number }[]): number {
  return rows.reduce((most, { id }) => Math.max(most, id), 0)
}
