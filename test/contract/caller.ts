import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { stepsFor } from '../../src/activities/plan/steps.ts'
import type { Beside } from '../../src/core/beside.ts'
import { isPlace } from '../../src/core/place.ts'
import { BLANK_TASK, type Field, type FieldValues } from '../../src/core/task.ts'
import type {
  AccountFacts,
  Capabilities,
  Connection,
  ContainerTarget,
  Observation,
  Page,
  Provider,
  PullRequest,
  RemoteTask,
  WriteOp,
  WriteResult,
} from '../../src/providers/contract.ts'
import { only, present } from './expecting.ts'
import { countingGate, type TestGate, TestTime } from './time.ts'

export type TestConnection = Connection & { readonly gate: TestGate }
export type Connecting = Partial<Pick<Connection, 'credentials' | 'signal' | 'cursor'>> & {
  readonly gate?: TestGate
}

/** Who calls: a provider, its account, and for whom tasks are made. */
export type Who = {
  readonly provider: Provider
  readonly account: Pick<Connection, 'id' | 'baseUrl' | 'credentials'>
  readonly zone: string
  readonly person: string | null
}

/** A walk to its end. `seen`: the last observation of each task. */
export type Walk = {
  readonly pages: readonly Page[]
  readonly seen: ReadonlyMap<string, Observation>
  readonly complete: boolean
  readonly cursor: string | null
}

/** Ends a walk that does not. */
const MOST_PAGES = 400

/** The calls that laws are made of, by a connection that was checked. */
export class Caller {
  readonly who: Who
  readonly time: TestTime
  readonly facts: AccountFacts

  protected constructor(who: Who, time: TestTime, facts: AccountFacts) {
    this.who = who
    this.time = time
    this.facts = facts
  }

  static async checked(who: Who, time = new TestTime()): Promise<Caller> {
    return new Caller(who, time, await Caller.check(who, time))
  }

  protected static check({ provider, account }: Who, time: TestTime): Promise<AccountFacts> {
    const { signal } = new AbortController()
    return provider.check({ ...account, facts: null, cursor: null, signal, gate: countingGate(time) })
  }

  get provider(): Provider {
    return this.who.provider
  }

  get can(): Capabilities {
    return this.provider.capabilities
  }

  connect(options: Connecting = {}): TestConnection {
    const { account } = this.who
    return {
      ...account,
      credentials: options.credentials ?? account.credentials,
      facts: this.facts,
      gate: options.gate ?? countingGate(this.time),
      signal: options.signal ?? new AbortController().signal,
      cursor: options.cursor ?? null,
    }
  }

  /** A create of an open task with those of the fields that the service takes. */
  createOp(fields: FieldValues, changes: Partial<WriteOp> = {}): WriteOp {
    const modes = this.can.fields
    const taken = Object.entries(fields).filter(
      ([field, value]) =>
        ['rw', 'createOnly'].includes(modes[field as Field]) && !(isPlace(field as Field) && value === null),
    )
    const blank = Object.entries(BLANK_TASK).filter(([field]) => !isPlace(field as Field))
    const whole: FieldValues = { ...Object.fromEntries([...blank, ...taken]), completed: false }
    return this.#op('create', whole, changes)
  }

  /** An edit of what `before` shows. */
  updateOp(
    remoteId: string,
    before: RemoteTask | null,
    fields: FieldValues,
    beside: Beside | null = null,
  ): WriteOp {
    const { person } = before ?? this.who
    return this.#op('update', fields, { remoteId, before, person, marker: before?.marker ?? null, beside })
  }

  /** An edit that puts the task into a container, and sets these fields beside. */
  moveOp(
    remoteId: string,
    before: RemoteTask,
    container: ContainerTarget,
    fields: FieldValues = {},
  ): WriteOp {
    const { person, marker } = before
    const op = this.#op('update', fields, { remoteId, before, person, marker, container })
    const carrying = op.steps.filter((step) => Object.keys(step.fields).length > 0)
    const steps = this.can.steps.flatMap(({ name }) =>
      name === 'move'
        ? [{ name, fields: {}, key: randomUUID() }]
        : carrying.filter((step) => step.name === name),
    )
    return { ...op, steps }
  }

  deleteOp(remoteId: string): WriteOp {
    return this.#op('delete', {}, { remoteId, marker: null })
  }

  #op(verb: WriteOp['verb'], fields: FieldValues, changes: Partial<WriteOp>): WriteOp {
    const opId = changes.opId ?? randomUUID()
    const steps = stepsFor(verb, fields, this.can, changes.beside ?? undefined)
    return {
      verb,
      remoteId: null,
      before: null,
      person: this.who.person,
      children: [],
      marker: this.can.marker ? `contract/task/${opId}` : null,
      beside: null,
      container: null,
      zone: this.who.zone,
      steps: steps.map(({ name, fields: carried }) => ({ name, fields: carried, key: randomUUID() })),
      ...changes,
      opId,
    }
  }

  /** As many ops as there are, in batches of the declared size. */
  async writeAll(ops: readonly WriteOp[]): Promise<readonly WriteResult[]> {
    const { writeBatch } = this.can
    const all: WriteResult[] = []
    for (let at = 0; at < ops.length; at += writeBatch)
      all.push(...(await this.provider.write(this.connect(), ops.slice(at, at + writeBatch))).results)
    return all
  }

  /** One op alone. */
  async write(op: WriteOp, options: Connecting = {}): Promise<WriteResult> {
    const { results } = await this.provider.write(this.connect(options), [op])
    return only(results)
  }

  /** A task made through the provider; its id. */
  async make(fields: FieldValues = {}): Promise<string> {
    const { remoteId } = await this.write(this.createOp({ title: 'A task', ...fields }))
    return present(remoteId, 'the id of a created task')
  }

  async observe(remoteId: string, options: Connecting = {}): Promise<Observation> {
    return only((await this.provider.read(this.connect(options), [remoteId])).observations)
  }

  /** A task that is certainly there, as the service shows it. */
  async look(remoteId: string): Promise<RemoteTask> {
    const seen = await this.observe(remoteId)
    if (seen.kind !== 'present') throw new Error(`The task is ${seen.kind}, and should be present`)
    return seen.seen
  }

  pull(request: Partial<PullRequest>, options: Connecting = {}): Promise<Page> {
    const connection = this.connect({ cursor: request.cursor ?? null, ...options })
    return this.provider.pull(connection, { mode: 'complete', cursor: null, position: null, ...request })
  }

  /** `between` runs after every page but the last. */
  async walk(
    request: Pick<PullRequest, 'mode' | 'cursor'>,
    between: (pages: number) => Promise<unknown> = async () => undefined,
  ): Promise<Walk> {
    const pages: Page[] = []
    const seen = new Map<string, Observation>()
    for (let position: string | null = null; pages.length < MOST_PAGES; ) {
      const page: Page = await this.pull({ ...request, position })
      pages.push(page)
      for (const one of page.observations) seen.set(one.remoteId, one)
      if (page.position === null) return { pages, seen, complete: page.complete, cursor: page.cursor }
      expect(page.complete, 'only the last page may say that a walk was complete').toBe(false)
      position = page.position
      await between(pages.length)
    }
    throw new Error(`The walk has not ended after ${MOST_PAGES} pages`)
  }

  walkAll(): Promise<Walk> {
    return this.walk({ mode: 'complete', cursor: null })
  }

  /** A field's value as this service can hold it. */
  kept<F extends Field>(field: F, task: Readonly<FieldValues>): unknown {
    const value = task[field] as RemoteTask['task'][F]
    return this.provider.keep(field, value, { zone: this.who.zone })
  }
}
