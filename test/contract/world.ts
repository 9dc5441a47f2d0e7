import type { DealStatus } from '../../src/core/deal.ts'
import type { Field, FieldValues } from '../../src/core/task.ts'
import type { Credentials, Provider, WebhookHeaders } from '../../src/providers/contract.ts'
import type { TestTime } from './time.ts'
import type { Weather } from './weather.ts'

/**
 * A provider as the suite meets it. `declares` is any instance: its capabilities say which laws hold, and nothing else
 * does. `open` makes a world of its own for each law: an account without tasks, at a service that nothing troubles.
 */
export type Service = {
  readonly name: string
  readonly declares: Provider
  readonly wire: Wire | 'in-process'
  /** A server that somebody else wrote, in a process of its own: it gets smaller accounts and fewer samples. */
  readonly isReal?: true
  /**
   * The same provider meets all weather on its way to another server, in another file: of what lies between, it is enough here
   * that an answer is lost, and that a request is.
   */
  readonly fewTroubles?: true
  open(time: TestTime): Promise<ContractWorld>
}

/**
 * One account and all that a user and the weather can do there. What a declared capability needs must be there, or the
 * law fails and says so.
 */
export type ContractWorld = {
  readonly provider: Provider
  /** How the provider reaches the account: through the weather. */
  readonly account: {
    readonly id: string
    readonly baseUrl: string
    readonly credentials: Credentials
  }
  readonly weather: Weather
  /** IANA zone of the account's user. */
  readonly zone: string
  /** To whom tasks belong, where they belong to people. */
  readonly person: string | null
  readonly user: User
  readonly access: Access
  /** Requests that one write of many ops needs: one for all, or one for each step. */
  readonly writes: 'together' | 'one-by-one'
  /** Requests more by which a write finds out that a task which it is to change is nowhere any more; 0 when absent. */
  readonly missingLooks?: number
  /** Fields that this account does not let change after a task was made, although the service has them. */
  readonly refusesChangeOf?: readonly Field[]
  /** Changes every JSON answer to the provider from now on; null: no more. Needed where there is a wire. */
  alter?(change: ((body: unknown) => unknown) | null): void
  /** From now on the service counts requests against its limits, as it does by default; until then it does not. */
  limit(): Promise<void>
  /** For so long reads do not show a new task; 0 when absent. */
  readonly hiddenForMs?: number
  /** Moves the service's clock forward. */
  advance(ms: number): Promise<void>
  /** From now on the provider's reads show the account as it was so long ago; 0: as it is. */
  lag(ms: number): Promise<void>
  /** Every cursor handed out so far is worth nothing any more (needed where there are deltas). */
  forgetCursors?(): Promise<void>
  /** Needed where there are deals. */
  readonly deals?: DealDesk
  readonly deliveries?: Deliveries
  readonly renewable?: Renewable
  close(): Promise<void>
}

/** A task as its user sees it in the service's own app. */
export type UserTask = { readonly id: string; readonly title: string }

/** The user of the account, whom no weather troubles. */
export type User = {
  add(fields: FieldValues): Promise<string>
  addMany(count: number): Promise<readonly string[]>
  edit(id: string, fields: FieldValues): Promise<void>
  remove(id: string): Promise<void>
  /** Everything that is not deleted; completed ones only where complete pulls show them. */
  tasks(): Promise<readonly UserTask[]>
  /** Gives a task something that no field of the canonical task holds: a reminder, a duration. */
  decorate(id: string): Promise<void>
  /** Makes a list; its id (needed where lists are written). */
  addList?(): Promise<string>
  /** Makes a task repeat every day (needed where recurrence is read-only). */
  repeat?(id: string): Promise<void>
  /** The comments on a task (needed where there are notices). */
  comments?(id: string): Promise<readonly string[]>
  /** All that the service holds of a task, without ids, and times and counts of changes. */
  held(id: string): Promise<Record<string, unknown>>
}

/** What the service's JSON looks like on its way to the provider, and how else it might. */
export type Wire = {
  /** The task objects of an answer, to be changed in place. */
  rows(body: unknown): Record<string, unknown>[]
  /** What this service may show of a task one day: a new word, a null, another type. By name, done to one row. */
  readonly oddities: Readonly<Record<string, (row: Record<string, unknown>) => void>>
  /**
   * Listings that look well-formed and show less than there is. By name, done to the answer of one page; undefined:
   * this answer cannot come like that.
   */
  readonly shortListings: Readonly<Record<string, (body: unknown) => unknown>>
  /**
   * True where a change of a task is sent as all that was read of it, with the change: an odd value that was read on the
   * way is held by the service afterwards.
   */
  readonly writesWhole?: boolean
}

/** Deals as the user keeps them. `stages`: two that there are, of one pipeline or of two. */
export type DealDesk = {
  readonly stages: readonly [string, string]
  add(deal: {
    readonly name: string
    readonly stage: string
    readonly people: readonly string[]
  }): Promise<string>
  edit(
    id: string,
    change: { readonly name?: string; readonly stage?: string; readonly status?: DealStatus },
  ): Promise<void>
}

export type Access = {
  /** The key works no more, until `restore`. */
  revoke(): Promise<void>
  restore(): Promise<void>
  /** The key leads to another account from now on; null: this service's answers do not tell accounts apart. */
  readonly swapAccount: (() => Promise<void>) | null
}

/** One delivery of a webhook as it arrived. */
export type Delivery = { readonly rawBody: Uint8Array; readonly headers: WebhookHeaders }

export type Deliveries = {
  readonly secret: string
  /** What arrives because of what `change` does. `twice`: each of them comes again. */
  of(change: () => Promise<unknown>, options?: { readonly twice?: boolean }): Promise<readonly Delivery[]>
  /** A body of an event that is none of our business. */
  readonly uninteresting: unknown
  /** Where the program registers webhooks: an address that it may register, and the service switching one off. */
  readonly registration?: {
    readonly url: string
    readonly otherUrl: string
    switchOff(remoteId: string): Promise<void>
  }
}

export type Renewable = {
  /** Fresh credentials, as a sign-in gives them. */
  signIn(): Promise<Credentials>
  /** The end of a life: afterwards they are refused. */
  expire(): Promise<void>
}

/** What a world must have for a law that a capability calls for. */
export function needed<T>(thing: T | undefined, member: string, because: string): T {
  if (thing === undefined)
    throw new Error(
      `The provider declares ${because}, but its world has no "${member}" to try that with (test/contract/world.ts)`,
    )
  return thing
}
