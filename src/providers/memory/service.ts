import { sameValue } from '../../core/equal.ts'
import { BLANK_TASK, type CanonicalTask, type FieldValues } from '../../core/task.ts'

/** A task as the in-memory service holds it. `changed`: the service's own count at its last change. */
export type StoredTask = {
  readonly id: string
  readonly task: CanonicalTask
  readonly person: string | null
  readonly container: string | null
  readonly marker: string | null
  readonly madeBy: string
  readonly madeAt: string
  readonly changed: number
  readonly deleted: boolean
}

/** What can go wrong with a call: nothing is done and the caller knows, or all is done and the reply is lost. */
export type Fault = 'refused' | 'reply-lost' | null

export type MemoryServiceOptions = {
  /** Before every id, so that two services never hand out the same ones. */
  readonly name: string
  /** The service's own clock: ISO text. */
  readonly now: () => string
  /** Asked at every call of the provider; users are never disturbed. */
  readonly fault?: (call: string) => Fault
  /** Values as this service stores them (cut, rounded, dropped). */
  readonly store?: (task: CanonicalTask) => CanonicalTask
}

/** A whole task service in memory: users and the provider change the same tasks. */
export class MemoryService {
  readonly #options: MemoryServiceOptions
  readonly #tasks = new Map<string, StoredTask>()
  readonly #containers = new Map<string, string>()
  readonly #remembered = new Map<string, string>()
  #changes = 0
  #ids = 0

  constructor(options: MemoryServiceOptions) {
    this.#options = options
  }

  /** The count of changes so far: what a cursor remembers. */
  get changes(): number {
    return this.#changes
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
    readonly madeBy: string
    readonly key?: string
  }): string {
    const before = given.key === undefined ? undefined : this.#remembered.get(given.key)
    if (before !== undefined) return before
    const id = this.#newId()
    this.#put({
      id,
      task: this.#stored({ ...BLANK_TASK, ...given.fields }),
      person: given.person,
      container: given.container,
      marker: given.marker,
      madeBy: given.madeBy,
      madeAt: this.#options.now(),
      changed: 0,
      deleted: false,
    })
    if (given.key !== undefined) this.#remembered.set(given.key, id)
    return id
  }

  /** False when there is no such task. A change that changes nothing leaves no trace. */
  edit(id: string, fields: FieldValues): boolean {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return false
    const task = this.#stored({ ...before.task, ...fields })
    if (!sameValue(task, before.task)) this.#put({ ...before, task })
    return true
  }

  /** Hangs a marker on a task, as a service that stores one does with every write. */
  mark(id: string, marker: string): void {
    const before = this.#tasks.get(id)
    if (before !== undefined && !before.deleted && before.marker !== marker) this.#put({ ...before, marker })
  }

  delete(id: string): boolean {
    const before = this.#tasks.get(id)
    if (before === undefined || before.deleted) return false
    this.#put({ ...before, deleted: true })
    return true
  }

  container(key: string): string {
    const known = this.#containers.get(key) ?? this.#newId()
    this.#containers.set(key, known)
    return known
  }

  #newId(): string {
    this.#ids += 1
    return `${this.#options.name}${this.#ids}`
  }

  #put(task: StoredTask): void {
    this.#changes += 1
    this.#tasks.set(task.id, { ...task, changed: this.#changes })
  }

  #stored(task: CanonicalTask): CanonicalTask {
    return this.#options.store?.(task) ?? task
  }
}
