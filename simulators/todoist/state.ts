import { notFound } from './errors.ts'
import type { AccountContent } from './kept.ts'
import type { TodoistSettings } from './settings.ts'
import { ChangeCounter, Collection } from './state-collection.ts'
import { Grouping } from './state-grouping.ts'
import type { Item, Label, Note, Project, Section, User } from './state-objects.ts'

/** Something that a webhook may tell. `old` is the task before a direct `item_update`. */
export type AccountEvent = {
  name: string
  object: Item | Project | Section | Label | Note
  intent?: 'item_updated' | 'item_completed' | 'item_uncompleted' | 'responsible_uid_changed'
  old?: Item
}

/** What the state needs from outside; the whole model is pure beyond it. */
export type AccountOptions = {
  /** Simulated wall time, epoch milliseconds. */
  now: () => number
  /** Milliseconds that only grow, for the age of changes. */
  elapsed: () => number
  /** A new opaque id of 16 characters. */
  newId: () => string
  settings: () => Readonly<TodoistSettings>
  owner: { fullName: string; email: string }
  /** Told each event in the order of the changes. */
  onEvent?: (event: AccountEvent) => void
}

/**
 * One Todoist account: its objects, their indexes and the change numbers that sync tokens stand for.
 * Operations live in `state-items.ts`, `state-sections.ts`, `state-projects.ts`, `state-labels.ts` and
 * `state-notes.ts`; they replace objects through `put…` and never change one in place.
 */
export class Account {
  readonly options: AccountOptions
  readonly counter: ChangeCounter
  readonly items: Collection<Item>
  readonly sections: Collection<Section>
  readonly projects: Collection<Project>
  readonly labels: Collection<Label>
  readonly notes: Collection<Note>
  inboxId = ''
  private marks = { stampMs: 0, stampMicros: 0, labelId: 2_160_000_000 }
  /** The last stamp up to its milliseconds: many are made in each. */
  private stampedMs = ''
  private lostSeqs: AccountContent['lostSeqs'] = []
  private readonly itemsOfProject = new Grouping<Item>((item) => item.project_id)
  private readonly itemsOfParent = new Grouping<Item>((item) => item.parent_id)
  private readonly sectionsOfProject = new Grouping<Section>((section) => section.project_id)

  constructor(options: AccountOptions) {
    this.options = options
    this.counter = new ChangeCounter(options.elapsed)
    this.items = new Collection(this.counter)
    this.sections = new Collection(this.counter)
    this.projects = new Collection(this.counter)
    this.labels = new Collection(this.counter)
    this.notes = new Collection(this.counter)
  }

  get settings(): Readonly<TodoistSettings> {
    return this.options.settings()
  }

  get userId(): string {
    return this.settings.userId
  }

  get user(): User {
    return {
      id: this.userId,
      email: this.options.owner.email,
      full_name: this.options.owner.fullName,
      timezone: this.settings.timezone,
      lang: 'en',
      inbox_project_id: this.inboxId,
      token: 'simulated-token-do-not-log',
    }
  }

  newId(): string {
    return this.options.newId()
  }

  newLabelId(): string {
    this.marks.labelId += 7
    return String(this.marks.labelId)
  }

  /** Now as the service writes it: UTC with microseconds, never the same twice within a millisecond. */
  stamp(): string {
    const ms = this.options.now()
    const again = ms === this.marks.stampMs && this.stampedMs !== ''
    if (!again) this.stampedMs = new Date(ms).toISOString().slice(0, -1)
    const stampMicros = ms === this.marks.stampMs ? (this.marks.stampMicros + 1) % 1000 : 0
    this.marks = { ...this.marks, stampMs: ms, stampMicros }
    return `${this.stampedMs}${String(stampMicros).padStart(3, '0')}Z`
  }

  /** Whether a sync token stands for a change that was lost. */
  isLost(seq: number): boolean {
    return this.lostSeqs.some(([first, last]) => first <= seq && seq <= last)
  }

  /** Everything it holds. */
  content(): AccountContent {
    return {
      seq: this.counter.seq,
      lostSeqs: this.lostSeqs,
      inboxId: this.inboxId,
      marks: this.marks,
      items: this.items.content(),
      sections: this.sections.content(),
      projects: this.projects.content(),
      labels: this.labels.content(),
      notes: this.notes.content(),
    }
  }

  /** Fills an account that holds nothing yet with what `content` gave. */
  load(content: AccountContent): void {
    const at = this.options.elapsed()
    this.counter.seq = content.seq
    this.lostSeqs = content.lostSeqs
    this.inboxId = content.inboxId
    this.marks = { ...content.marks }
    this.items.load(content.items, at)
    this.sections.load(content.sections, at)
    this.projects.load(content.projects, at)
    this.labels.load(content.labels, at)
    this.notes.load(content.notes, at)
    for (const item of this.items.values()) {
      this.itemsOfProject.put(item, undefined)
      this.itemsOfParent.put(item, undefined)
    }
    for (const section of this.sections.values()) this.sectionsOfProject.put(section, undefined)
  }

  tell(event: AccountEvent): void {
    this.options.onEvent?.(event)
  }

  /** Stores a task. `silent` withholds it from deltas. The setting `updatedAt` has the last word on `updated_at`. */
  putItem(given: Item, silent = false): Item {
    const before = this.items.get(given.id)
    const item = this.withOrderKey(withUpdatedAt(given, before, this.settings.updatedAt))
    this.itemsOfProject.put(item, before)
    this.itemsOfParent.put(item, before)
    return silent ? this.items.putSilently(item) : this.items.put(item)
  }

  putSection(given: Section): Section {
    const section = this.withOrderKey(given)
    this.sectionsOfProject.put(section, this.sections.get(section.id))
    return this.sections.put(section)
  }

  /** The live project, deleted ones refused with 404. */
  project(id: string): Project {
    const project = this.projects.get(id)
    if (project === undefined || project.is_deleted) throw notFound('Project')
    return project
  }

  section(id: string): Section {
    const section = this.sections.get(id)
    if (section === undefined || section.is_deleted) throw notFound('Section')
    return section
  }

  /** Every task of a project, finished and deleted ones included. */
  itemsIn(projectId: string): Item[] {
    return this.itemsOfProject.in(projectId)
  }

  /** Every task of a section, finished and deleted ones included. */
  itemsInSection(section: Section): Item[] {
    return this.itemsIn(section.project_id).filter((item) => item.section_id === section.id)
  }

  childrenOf(itemId: string): Item[] {
    return this.itemsOfParent.in(itemId)
  }

  /** Sub-tasks of all levels, nearest first, without deleted ones. */
  descendantsOf(itemId: string): Item[] {
    const found: Item[] = []
    const queue = [itemId]
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      for (const child of this.childrenOf(id)) {
        if (child.is_deleted) continue
        found.push(child)
        queue.push(child.id)
      }
    }
    return found
  }

  sectionsIn(projectId: string): Section[] {
    return this.sectionsOfProject.in(projectId)
  }

  private withOrderKey<T extends { order_key: string | null }>(object: T): T {
    return this.settings.orderKeys ? object : { ...object, order_key: null }
  }
}

const TYPED = ['content', 'description', 'due', 'deadline', 'duration', 'priority'] as const

function withUpdatedAt(item: Item, before: Item | undefined, rule: TodoistSettings['updatedAt']): Item {
  if (rule === 'every-change') return item
  if (rule === 'null') return { ...item, updated_at: null }
  if (before === undefined || TYPED.some((key) => item[key] !== before[key])) return item
  return { ...item, updated_at: before.updated_at }
}
