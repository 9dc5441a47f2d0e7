import { notFound } from './errors.ts'
import type { AccountContent } from './kept.ts'
import type { TodoistSettings } from './settings.ts'
import { ChangeCounter, Collection } from './state-collection.ts'
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
  readonly userId = '39768711'
  inboxId = ''
  private marks = { stampMs: 0, stampMicros: 0, labelId: 2_160_000_000 }
  private lostSeqs: AccountContent['lostSeqs'] = []
  private readonly itemsOfProject = new Map<string, Set<string>>()
  private readonly itemsOfParent = new Map<string, Set<string>>()
  private readonly sectionsOfProject = new Map<string, Set<string>>()

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
    const stampMicros = ms === this.marks.stampMs ? (this.marks.stampMicros + 1) % 1000 : 0
    this.marks = { ...this.marks, stampMs: ms, stampMicros }
    return new Date(ms).toISOString().replace('Z', `${String(stampMicros).padStart(3, '0')}Z`)
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
      addTo(this.itemsOfProject, item.project_id, item.id)
      if (item.parent_id !== null) addTo(this.itemsOfParent, item.parent_id, item.id)
    }
    for (const section of this.sections.values())
      addTo(this.sectionsOfProject, section.project_id, section.id)
  }

  tell(event: AccountEvent): void {
    this.options.onEvent?.(event)
  }

  /** Stores a task. `silent` withholds it from deltas. The setting `updatedAt` has the last word on `updated_at`. */
  putItem(given: Item, silent = false): Item {
    const before = this.items.get(given.id)
    const item = this.withOrderKey(withUpdatedAt(given, before, this.settings.updatedAt))
    if (before?.project_id !== item.project_id) {
      if (before !== undefined) this.itemsOfProject.get(before.project_id)?.delete(item.id)
      addTo(this.itemsOfProject, item.project_id, item.id)
    }
    const parentBefore = before?.parent_id ?? null
    if (parentBefore !== item.parent_id) {
      if (parentBefore !== null) this.itemsOfParent.get(parentBefore)?.delete(item.id)
      if (item.parent_id !== null) addTo(this.itemsOfParent, item.parent_id, item.id)
    }
    return silent ? this.items.putSilently(item) : this.items.put(item)
  }

  putSection(given: Section): Section {
    const section = this.withOrderKey(given)
    const before = this.sections.get(section.id)
    if (before?.project_id !== section.project_id) {
      if (before !== undefined) this.sectionsOfProject.get(before.project_id)?.delete(section.id)
      addTo(this.sectionsOfProject, section.project_id, section.id)
    }
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
    return this.collect(this.items, this.itemsOfProject.get(projectId))
  }

  /** Every task of a section, finished and deleted ones included. */
  itemsInSection(section: Section): Item[] {
    return this.itemsIn(section.project_id).filter((item) => item.section_id === section.id)
  }

  childrenOf(itemId: string): Item[] {
    return this.collect(this.items, this.itemsOfParent.get(itemId))
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
    return this.collect(this.sections, this.sectionsOfProject.get(projectId))
  }

  private withOrderKey<T extends { order_key: string | null }>(object: T): T {
    return this.settings.orderKeys ? object : { ...object, order_key: null }
  }

  private collect<T extends { id: string }>(from: Collection<T>, ids: Iterable<string> | undefined): T[] {
    const found: T[] = []
    for (const id of ids ?? []) {
      const value = from.get(id)
      if (value !== undefined) found.push(value)
    }
    return found
  }
}

const TYPED = ['content', 'description', 'due', 'deadline', 'duration', 'priority'] as const

function withUpdatedAt(item: Item, before: Item | undefined, rule: TodoistSettings['updatedAt']): Item {
  if (rule === 'every-change') return item
  if (rule === 'null') return { ...item, updated_at: null }
  if (before === undefined || TYPED.some((key) => item[key] !== before[key])) return item
  return { ...item, updated_at: before.updated_at }
}

function addTo(index: Map<string, Set<string>>, key: string, id: string): void {
  const set = index.get(key)
  if (set === undefined) index.set(key, new Set([id]))
  else set.add(id)
}
