import type { Deal, DealField, Stage } from '../../core/deal.ts'
import { sameValue } from '../../core/equal.ts'
import { BLANK_TASK, type CanonicalTask, type FieldValues } from '../../core/task.ts'
import type { ContainerRef, Credentials, RemoteContainer, RemoteWebhook } from '../contract.ts'

/**
 * A task as the in-memory service holds it. `changed`: the service's own count at its last change. `own`: what a user
 * keeps with it that no other service has a field for.
 */
export type StoredTask = {
  readonly id: string
  readonly task: CanonicalTask
  readonly person: string | null
  readonly container: string | null
  readonly marker: string | null
  /** Lines above the marker, flags, and comments by their ids. */
  readonly block: readonly string[]
  readonly flags: readonly string[]
  readonly comments: Readonly<Record<string, string>>
  readonly madeBy: string
  readonly madeAt: string
  readonly changed: number
  readonly deleted: boolean
  readonly own: Readonly<Record<string, unknown>>
}

/** `container`: the section, or else the project; `list`: the project. */
export type Place = { readonly container: string; readonly list: string | null }

/**
 * What can go wrong with a call: nothing is done and the caller knows (`refused`, `rate-limited`, `auth`; of a write also
 * `refused-for-good`), or all is done and the reply is lost.
 */
export type Fault = 'refused' | 'refused-for-good' | 'reply-lost' | 'rate-limited' | 'auth' | null

/** A change as the service announces it. */
export type MemoryEvent = {
  readonly event: 'created' | 'changed' | 'deleted'
  readonly task: string
  readonly nth: number
}

export type MemoryServiceOptions = {
  /** Before every id, so that two services never hand out the same ones. */
  readonly name: string
  /** The service's own clock: ISO text. */
  readonly now: () => string
  /** Asked at every call of the provider; users are never disturbed. */
  readonly fault?: (call: string) => Fault
  /** Values as this service stores them (cut, rounded, dropped). */
  readonly store?: (task: CanonicalTask) => CanonicalTask
  /** How far the provider's reads lag behind, in milliseconds of the service's clock. */
  readonly lagMs?: () => number
  /** Told every change of a task. */
  readonly announce?: (event: MemoryEvent) => void
}

/** A whole task service in memory: users and the provider change the same tasks. */
export class MemoryService {
  readonly #options: MemoryServiceOptions
  /** Every state of every task, in the order of changes. */
  readonly #past: { readonly at: string; readonly task: StoredTask }[] = []
  readonly #tasks = new Map<string, StoredTask>()
  readonly #containerIds = new Map<string, string>()
  readonly #remembered = new Map<string, string>()
  #changes = 0
  #ids = 0

  /** Containers that were made through the contract, by id; those that are gone too. */
  readonly containers = new Map<string, RemoteContainer>()
  /** Personal labels: their colours by name. */
  readonly labels = new Map<string, string>()
  readonly webhooks = new Map<string, RemoteWebhook>()
  /** Deals by their ids, in the order in which they are listed; of a CRM (`bare`), for tests to set. */
  readonly deals = new Map<string, Deal>()
  stages: readonly Stage[] = []
  dealFields: readonly DealField[] = []
  /** What old credentials were renewed to, and when (milliseconds since the epoch). */
  readonly renewed = new Map<string, { readonly credentials: Credentials; readonly at: number }>()
  /** Keys that work; null: any. */
  keys: ReadonlySet<string> | null = null
  /** Cursors below this count are not taken any more. */
  forgottenBefore = 0

  constructor(options: MemoryServiceOptions) {
    this.#options = options
  }

  /** The count of changes so far: what a cursor remembers. */
  get changes(): number {
    return this.#changes
  }

  /** As the provider's reads see it: the service may show its tasks as they were some time ago. */
  view(): { readonly changes: number; readonly tasks: ReadonlyMap<string, StoredTask> } {
    const lagMs = this.#options.lagMs?.() ?? 0
    if (lagMs === 0) return { changes: this.#changes, tasks: this.#tasks }
    const until = Date.parse(this.#options.now()) - lagMs
    const then = this.#past.filter(({ at }) => Date.parse(at) <= until).map(({ task }) => task)
    return { changes: then.length, tasks: new Map(then.map((task) => [task.id, task])) }
  }

  fault(call: string): Fault {
    return this.#options.fault?.(call) ?? null
  }

  all(): StoredTask[] {
    return [...this.#tasks.values()]
  }

  alive(): StoredTask[] {
    return this.all().filter((task) => !task.deleted)
  }

  get(id: string): StoredTask | undefined {
    return this.#tasks.get(id)
  }

  /** `key`: a create with a key that was seen before makes nothing and gives back what it made then. */
  create(given: {
    readonly fields: FieldValues
    readonly person: string | null
    readonly container: string | null
    readonly marker: string | null
    readonly block?: readonly string[]
    readonly madeBy: string
    readonly key?: string
  }): string {
    const before = given.key === undefined ? undefined : this.#remembered.get(given.key)
    if (before !== undefined) return before
    const id = this.newId()
    this.#put('created', {
      id,
      task: this.#stored({ ...BLANK_TASK, ...given.fields }),
      person: given.person,
      container: given.container,
      marker: given.marker,
      block: given.block ?? [],
      flags: [],
      comments: {},
      madeBy: given.madeBy,
      madeAt: this.#options.now(),
      changed: 0,
      deleted: false,
      own: {},
    })
    if (given.key !== undefined) this.#remembered.set(given.key, id)
    return id
  }

  /** False when there is no such task. A change that changes nothing leaves no trace. */
  edit(id: string, fields: FieldValues): boolean {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return false
    const task = this.#stored({ ...before.task, ...fields })
    // Whoever puts it into a list takes it out of where it lay in another.
    const container = (fields.list ?? null) === null ? before.container : null
    if (!sameValue(task, before.task)) this.#put('changed', { ...before, task, container })
    return true
  }

  /** Puts a task into a container, below no other, and what lies below it too. False when there is no such task. */
  place(id: string, to: Place): boolean {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return false
    this.#relocate(before, to, null)
    return true
  }

  #relocate(before: StoredTask, { container, list }: Place, parent: string | null): void {
    const task = { ...before.task, list, parent }
    if (before.container !== container || !sameValue(task, before.task))
      this.#put('changed', { ...before, container, task })
    for (const below of this.alive().filter((one) => one.task.parent === before.id))
      this.#relocate(below, { container, list }, before.id)
  }

  /** Writes what goes beside the fields of a task that is there. A change that changes nothing leaves no trace. */
  beside(id: string, change: Partial<Pick<StoredTask, 'marker' | 'block' | 'flags' | 'task'>>): void {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return
    const { marker, block, flags, task } = { ...before, ...change }
    if (!sameValue([marker, block, flags, task], [before.marker, before.block, before.flags, before.task]))
      this.#put('changed', { ...before, marker, block, flags, task })
  }

  /**
   * Sets a comment's text; `id` null makes a new one, once for each key. Null when there is no such task or comment.
   */
  comment(
    taskId: string,
    given: { readonly id: string | null; readonly text: string },
    key: string,
  ): string | null {
    const before = this.#tasks.get(taskId)
    if (before === undefined || before.deleted) return null
    if (given.id !== null && before.comments[given.id] === undefined) return null
    const id = given.id ?? this.#remembered.get(key) ?? this.newId()
    this.#remembered.set(key, id)
    // A comment is no change of its task.
    this.#tasks.set(taskId, { ...before, comments: { ...before.comments, [id]: given.text } })
    return id
  }

  /** Takes a comment away. */
  uncomment(taskId: string, id: string): void {
    const before = this.#tasks.get(taskId)
    if (before === undefined || before.deleted) return
    const { [id]: _, ...comments } = before.comments
    this.#tasks.set(taskId, { ...before, comments })
  }

  /** A user's own data beside the fields. */
  decorate(id: string, own: StoredTask['own']): void {
    const before = this.#tasks.get(id)
    if (before !== undefined && !before.deleted) this.#put('changed', { ...before, own })
  }

  delete(id: string): boolean {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return false
    this.#put('deleted', { ...before, deleted: true })
    return true
  }

  /** The id of the container with this key; made when it is new. */
  container(key: string): string {
    const known = this.#containerIds.get(key) ?? this.newId()
    this.#containerIds.set(key, known)
    return known
  }

  /** The container with this key; made when it is new, or gone. */
  make(key: string, wanted: Omit<RemoteContainer, 'remoteId'>): RemoteContainer {
    const remoteId = this.container(key)
    const known = this.containers.get(remoteId)
    if (known !== undefined && known.state !== 'gone') return known
    const made = { ...wanted, remoteId }
    this.containers.set(remoteId, made)
    return made
  }

  /** Where a task lies that is put into this container; null when it takes none, being archived or gone. */
  placeIn(container: string): Place | null {
    const known = this.containers.get(container)
    if (known !== undefined && known.state !== 'active') return null
    return { container, list: known?.kind === 'section' ? known.parent : container }
  }

  /** Gives a container other properties, its tasks along with it; undefined when there is none such. */
  change(which: ContainerRef, change: Partial<RemoteContainer>): RemoteContainer | undefined {
    const before = this.containers.get(which.remoteId)
    if (before === undefined || before.kind !== which.kind || before.state === 'gone') return undefined
    const after = { ...before, ...change }
    this.containers.set(which.remoteId, after)
    if (after.kind === 'section' && after.parent !== before.parent)
      for (const one of this.alive().filter(({ container }) => container === after.remoteId))
        this.#relocate(one, { container: after.remoteId, list: after.parent }, one.task.parent)
    return after
  }

  newId(): string {
    this.#ids += 1
    return `${this.#options.name}${this.#ids}`
  }

  #put(event: MemoryEvent['event'], task: StoredTask): void {
    this.#changes += 1
    const now = { ...task, changed: this.#changes }
    this.#past.push({ at: this.#options.now(), task: now })
    this.#tasks.set(task.id, now)
    this.#options.announce?.({ event, task: task.id, nth: this.#changes })
  }

  #stored(task: CanonicalTask): CanonicalTask {
    return this.#options.store?.(task) ?? task
  }
}
