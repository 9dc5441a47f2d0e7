import type { Beside } from '../core/beside.ts'
import type { PersonFacts } from '../core/block-lines.ts'
import type { DbTime } from '../core/db-time.ts'
import type { Deal, DealField, Stage } from '../core/deal.ts'
import type { Observation, RemoteTask } from '../core/observation.ts'
import type { LabelKind } from '../core/standard-labels.ts'
import type { CanonicalTask, Field, FieldValues } from '../core/task.ts'
import type { SeenWebhook } from '../core/webhook-steps.ts'
import type { ProviderError } from './provider-error.ts'

/*
 * The provider contract. Words:
 *
 *   observation  what one side looks like, as of the moment at which its request got its quota slot
 *   marker       a text that Dealbridge wrote into a task and by which it knows its own creation again, of a form of core/marker.ts
 *   walk         one pull from its first page to its last
 *
 * A provider speaks to one service for any number of connections. It holds no truth: it may keep connections open
 * and gather calls that run at the same time into one request, and another process may take over at any moment.
 * Every failure of a whole call is a ProviderError; nothing else is thrown. A provider never repeats a request by
 * itself: whoever calls it decides.
 */

export type { DbTime, Observation, RemoteTask }

export type FieldMode = 'rw' | 'createOnly' | 'readOnly' | 'none'

/**
 * Who makes sure that a repeated create makes one task: the service by our key, our own id (that is the key of the create's
 * first step), or a search.
 */
export type CreateIdentity = 'server-deduplicates' | 'client-chosen-id' | 'search'

export type Capabilities = {
  readonly fields: Readonly<Record<Field, FieldMode>>
  /** Which step of a write carries the field. Fields of one step go in one call; the steps of an op run in this order. */
  readonly steps: readonly { readonly name: string; readonly fields: readonly Field[] }[]
  /** Most ops that one write takes, and most ids that one read takes. */
  readonly writeBatch: number
  readonly readBatch: number
  readonly createIdentity: CreateIdentity
  /**
   * True when a repeated edit is carried out again, and the version of a task moves only with what its user can see: one
   * that has moved while everything is as before was changed, and changed back.
   */
  readonly versionTells: boolean
  /**
   * True when an update changes a task only as it was seen (`before`), in one go: where its user has typed into what it is
   * to write, nothing is written and all steps are `skipped`. Such an update needs no look just before it.
   */
  readonly guardsWrites: boolean
  /** True when a marker is stored with a task and comes back in its observations. */
  readonly marker: boolean
  /**
   * True when labels of ours and one comment can tell a task's user something. Then an update may end with a step
   * `comment`, which sets no field.
   */
  readonly notices: boolean
  /** True when a task belongs to a person and cannot be made without one. */
  readonly needsPerson: boolean
  /** True when tasks lie in containers (projects, lists, sections) that Dealbridge chooses. */
  readonly containers: boolean
  /** True when a task may lie in another list than the one below which it is. */
  readonly parentAcrossLists: boolean
  /**
   * `delta`: incremental pulls tell every change, nudges need no ids. `window`: incremental pulls look at a window;
   * a nudge's ids are read one by one.
   */
  readonly changes: 'delta' | 'window'
  readonly webhooks: boolean
  /** True when complete pulls show completed tasks too, so that their absence means something. */
  readonly listsCompleted: boolean
  /** True when deletions come as certain tombstones in incremental pulls. */
  readonly tombstones: boolean
  /**
   * Fields of which a change is shown here at once and goes back when the other side refuses it for good, with the reason.
   * Elsewhere such a difference stands, and a person is told.
   */
  readonly rollsBack: readonly Field[]
}

/** What turns values of a side into values of another: the zone (IANA) in which the route's user reads wall clocks. */
export type KeepContext = { readonly zone: string }

/** One quota slot. `askedAt` is the database time at which it was given: the time of the observations that follow. */
export type Slot = { readonly askedAt: DbTime }

/** What an answer's headers said about a budget. Milliseconds. */
export type QuotaNews = {
  readonly context: string
  readonly limit?: number | undefined
  readonly remaining?: number | undefined
  readonly windowMs?: number | undefined
  readonly retryAfterMs?: number | undefined
}

/** The shared request budget of one connection, at the caller's priority. */
export type QuotaGate = {
  /**
   * Takes one slot of a rate context. Without a free slot it takes none and throws ProviderError `rate-limited`
   * with the time after which to ask again. A gate may wait a little itself.
   */
  take(context: string): Promise<Slot>
  learn(news: QuotaNews): void
}

/** Rate contexts of a provider: at most `limit` requests in `windowMs`. */
export type QuotaContext = { readonly context: string; readonly limit: number; readonly windowMs: number }

/** Secrets by name, as the provider's own schema demands (`apiKey`, `token`, `webhookSecret`, …). */
export type Credentials = Readonly<Record<string, string>>

/** One of the credentials of a provider, as a person is asked for it. `help`: where it is to be found. */
export type CredentialField = {
  readonly name: string
  readonly label: string
  readonly secret: boolean
  readonly required: boolean
  readonly help: string
}

/** One account at one service, ready for calls. `facts` is null until `check` has succeeded once. */
export type Connection = {
  readonly id: string
  readonly baseUrl: string
  readonly credentials: Credentials
  readonly facts: AccountFacts | null
  readonly gate: QuotaGate
  /** Aborts the requests of this call: the caller was cancelled or its time is over. */
  readonly signal: AbortSignal
  /** The cursor that the last finished walk left, for services whose reads and writes can look at changes since. */
  readonly cursor: string | null
  /**
   * The lists that some route uses, for services whose lists are walked one by one: others need not be. Null: all.
   * A list that is new here is walked whole.
   */
  readonly lists?: ReadonlySet<string> | null
}

/**
 * Who the key is, found by `check`. `seesEveryone`: false when an absent object may only be hidden from this key.
 * `probes`: what was found out about facts that the service does not document. `limits`: e.g. tasks per project.
 */
export type AccountFacts = {
  readonly accountId: string
  readonly userId: string
  readonly zone: string | null
  readonly seesEveryone: boolean
  /** For links that a person opens, e.g. the account's own subdomain. */
  readonly domain: string | null
  readonly limits: Readonly<Record<string, number>>
  readonly probes: Readonly<Record<string, boolean | string>>
}

/** A project, list or section as the service holds it. `marker` as in RemoteTask. */
export type RemoteContainer = {
  readonly remoteId: string
  readonly kind: 'project' | 'section' | 'list'
  readonly name: string
  readonly parent: string | null
  readonly state: 'active' | 'archived' | 'gone'
  readonly marker: string | null
}

/** A container to be made. `key`: a UUID; made again with the same key it stays one. `parent`: of a section its project. */
export type NewContainer = {
  readonly key: string
  readonly kind: RemoteContainer['kind']
  readonly name: string
  readonly parent: string | null
  readonly marker: string | null
  readonly link?: string | null
}

/** Which container: its kind tells the service's two sorts apart. */
export type ContainerRef = Pick<RemoteContainer, 'kind' | 'remoteId'>

/**
 * Containers that Dealbridge looks after, one call each. Every call gives back what the service then shows. Errors are
 * ProviderErrors: `limit-reached` for a full account or project, `gone` for what is no more, `invalid` where the
 * service has no such move.
 */
export type Containers = {
  /** The kinds that there are, from the outermost; one of a later kind lies in one of the kind before. */
  readonly kinds: readonly RemoteContainer['kind'][]
  /** Whether one goes below another parent, and into an archive and back; else `move` and `archive` throw `invalid`. */
  readonly moves: boolean
  readonly archives: boolean
  /** Every active one that this key sees. */
  list(connection: Connection): Promise<{
    readonly askedAt: DbTime
    readonly containers: readonly RemoteContainer[]
  }>
  /**
   * A service remembers a key for some minutes only: after a lost answer repeat within 15 minutes, later look for the
   * marker in `list` first.
   */
  create(connection: Connection, wanted: NewContainer): Promise<RemoteContainer>
  /**
   * `marker` replaces ours, `link` the line beside it, null takes it away; what a user wrote in between stays. Without a
   * change it is a look.
   */
  update(
    connection: Connection,
    which: ContainerRef,
    change: {
      readonly name?: string | undefined
      readonly marker?: string | null | undefined
      readonly link?: string | null | undefined
    },
  ): Promise<RemoteContainer>
  /**
   * Under another parent, with what is in it; whether all of its tasks came along is for the caller to look at (`tasks`).
   * The caller's cursor stays as it is: what the service tells of them comes with the next pull.
   */
  move(connection: Connection, which: ContainerRef, parent: string): Promise<RemoteContainer>
  /**
   * Every open task that lies in it now, those of containers in it too, asked of the service itself: a delta may say
   * nothing of tasks that a move took along, or left behind. Only where `moves`.
   */
  tasks?(connection: Connection, which: ContainerRef): Promise<Omit<ReadResult, 'unreached'>>
  archive(connection: Connection, which: ContainerRef, archived: boolean): Promise<RemoteContainer>
  /**
   * Deletes one in which nothing is, no completed task either. True: it is gone, also when it was gone before. False:
   * something is in it, or may be, and it stays.
   */
  removeEmpty(connection: Connection, which: ContainerRef): Promise<boolean>
  /** Puts one into the archive in which nothing is but completed tasks; null where anything else is in it. Only where `archives`. */
  retire?(connection: Connection, which: ContainerRef): Promise<RemoteContainer | null>
}

/**
 * What to pull. `complete`: every present task, from the start. `incremental`: what changed since `cursor`
 * (null: the provider falls back to complete and says so in its pages). `position` is the `position` of the page before.
 */
export type PullRequest = {
  readonly mode: 'incremental' | 'complete'
  readonly cursor: string | null
  readonly position: string | null
}

/**
 * One page of a walk. `position` non-null: there are more pages. On the last page `cursor` may be stored, after all
 * pages are in the record. `complete`: on the last page, true when the walk has shown every present task, so that
 * an absence means something. `askedAt` is the slot of this page's request.
 */
export type Page = {
  readonly askedAt: DbTime
  readonly observations: readonly Observation[]
  readonly containers: readonly RemoteContainer[]
  readonly position: string | null
  readonly cursor: string | null
  readonly complete: boolean
}

/**
 * The observations of a read, all as of `askedAt` (the slot of its first request). `unreached`: why some ids have no
 * observation (the budget ended, the key was refused, the service went away); null when each has one.
 */
export type ReadResult = {
  readonly askedAt: DbTime
  readonly observations: readonly Observation[]
  readonly unreached: ProviderError | null
}

/**
 * A container that a write may have to make first. `key` is its idempotency key, `name` and `marker` what to give it.
 * `link`: a line of Markdown that leads to what it stands for, to be written above its marker when it is made.
 * `parent`: in which it lies or is to be made, and which may have to be made before it; null for an outermost one, which
 * is a list where the service has nothing but lists. One that was refused is asked for again under another key: a service
 * may remember what it answered.
 */
export type ContainerTarget = {
  readonly containerId: string
  readonly remoteId: string | null
  readonly kind: RemoteContainer['kind']
  readonly key: string
  readonly name: string
  readonly marker: string
  readonly link: string | null
  readonly parent: ContainerTarget | null
}

/** One call of an op. `key` is a UUID, fixed for the op and step. `fields` is what it sets. */
export type WriteStep = { readonly name: string; readonly key: string; readonly fields: FieldValues }

/**
 * One intended write. `remoteId` is null for a create. `before` is the last observation of the target (null for a
 * create): encoders use its `extra` and complete labels or description from it. `person` is the remote id on this
 * side. A create may carry the `recurrence` of a task that is made again, with its due, also where a service takes none
 * later (`readOnly`). `children`: of a delete, the tasks below it, which stay where the service would delete them too. `marker` is to
 * be stored with the task, with `beside` (null: nothing) in the first step; the comment has a step of its own, `comment`,
 * once. Creates have one step named `create` (and further steps where the
 * service cannot create in that state). `delete` has one step named `delete`. A create goes into
 * `container`, or else where its `list` and `parent` say (remote ids of this side, which exist). An update with a `container`
 * has a step `move` without fields, which puts the task there, below no other; what lies below it comes along, except
 * where `parentAcrossLists`. Where the container cannot be made or is no more, that step (or `create`) is refused for that
 * reason; a service that writes a task whole then writes nothing of it.
 */
export type WriteOp = {
  readonly opId: string
  readonly verb: 'create' | 'update' | 'delete'
  readonly remoteId: string | null
  readonly before: RemoteTask | null
  readonly person: string | null
  /** Of a create: the user (remote id) whose task it is to be; absent: the key's own, where tasks have users. */
  readonly assignee?: string
  /**
   * Of a delete: a task that somebody has commented on is spared, where the service has comments: the step is refused with
   * `conflict`. `but`: the comment of ours, which does not count.
   */
  readonly spares?: { readonly but: { readonly id: string | null; readonly text: string } | null }
  readonly children: readonly string[]
  readonly marker: string | null
  readonly beside: Beside | null
  readonly container: ContainerTarget | null
  readonly steps: readonly WriteStep[]
  readonly zone: string
}

/**
 * `refused`: for good, with the reason. `unknown`: it may or may not have been done. `skipped`: an earlier step failed.
 * `shown`: the task in the step's own answer, where each step has one: a later one may show somebody's edit.
 */
export type StepResult = {
  readonly name: string
  readonly outcome: 'confirmed' | 'refused' | 'unknown' | 'skipped'
  readonly shown?: RemoteTask | undefined
  readonly error?: ProviderError | undefined
}

/**
 * What became of an op. `remoteId`: known for everything that exists. `now`: what the service showed in its reply
 * after the last confirmed step (null when it showed nothing, or the task is deleted); where a confirmed `move` has put
 * the task is its `container`. `askedAt`: slot of that request.
 * `comment`: the id of a comment that the op made, where the service tells it.
 */
export type WriteResult = {
  readonly opId: string
  readonly askedAt: DbTime
  readonly remoteId: string | null
  readonly now: RemoteTask | null
  readonly steps: readonly StepResult[]
  readonly comment?: string | null
}

export type WriteReply = {
  readonly results: readonly WriteResult[]
  /** Containers that this call made (or found made by an earlier attempt), also those in which others lie. */
  readonly containers: readonly { readonly containerId: string; readonly remoteId: string }[]
}

/**
 * A create whose outcome is unknown. `attemptedAt`: when its first attempt left; `deadline`: when the last attempt's
 * HTTP call must have ended; `settledAt`: `deadline` plus the settle time; `emptyAt`: when an earlier search found
 * nothing. `known`: remote ids that belong to other pairs and cannot be the one looked for.
 */
export type LostCreate = {
  readonly op: WriteOp
  readonly attemptedAt: DbTime
  readonly deadline: DbTime
  readonly settledAt: DbTime
  readonly emptyAt: DbTime | null
  readonly known: ReadonlySet<string>
}

/**
 * `arrived`: that is it. `not-arrived`: certain (or the service deduplicates our key), it may be sent again.
 * `too-early`: nothing found, but it may still come. `ambiguous`: several could be it; a person must choose.
 */
export type FoundCreate =
  | {
      readonly kind: 'arrived'
      readonly askedAt: DbTime
      readonly remoteId: string
      readonly now: RemoteTask
    }
  | { readonly kind: 'not-arrived' }
  | { readonly kind: 'too-early'; readonly askedAt: DbTime }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }

/** A user of the account, as people name them. `active`: false of one who was removed from it. */
export type AccountUser = {
  readonly id: string
  readonly name: string
  readonly email: string | null
  readonly active: boolean
}

/** Whom to look for: these ids, or whoever has this full name. */
export type PeopleQuery = { readonly ids: readonly string[] } | { readonly name: string }

/** A person as the service tells of them. `name`: their full one. `url`: their page, for people to open. */
export type RemotePerson = PersonFacts & { readonly remoteId: string }

/**
 * A person that a user named in a task's words, and what is left of the words once the person is known:
 * `title` without a machine token (a name in brackets is taken out only when it resolves), `label` a consumed label.
 */
export type PersonHint = {
  readonly by: { readonly id: string } | { readonly name: string }
  readonly title: string
  readonly label: string | null
}

/** What a delivery is about. `stages`: pipelines and their stages. `other`: something that may concern tasks. */
export const NUDGE_TOPICS = ['tasks', 'people', 'deals', 'stages', 'comments', 'other'] as const
export type NudgeTopic = (typeof NUDGE_TOPICS)[number]

/**
 * One delivery of a webhook. `account` routes it where one URL serves several connections (null: the only one).
 * `ids` are remote ids of what it is about (empty: it names none). `made`: the service says that these were just
 * created, and nothing more; `deleted`: that they are deleted.
 */
export type Nudge = {
  readonly deliveryId: string
  readonly account: string | null
  readonly about: NudgeTopic
  readonly ids: readonly string[]
  readonly made: boolean
  readonly deleted: boolean
}

/**
 * Deals, where people and their tasks belong to them. They are read and never written. Errors are ProviderErrors. A row that
 * cannot be read does not cost the others: its id is in `unreadable`.
 */
export type Deals = {
  /** Every stage of every pipeline; those of one pipeline in their order. */
  stages(connection: Connection): Promise<{ readonly askedAt: DbTime; readonly stages: readonly Stage[] }>
  /**
   * One page of all deals that this key sees, archived and deleted ones too. `position`: of the page before; null begins,
   * and null ends. Rows may come twice, or be missed, while others edit.
   */
  list(
    connection: Connection,
    position: string | null,
  ): Promise<DealPage & { readonly position: string | null }>
  /** These deals, whatever their state. One that is in neither list is deleted for good, or hidden from this key. */
  read(connection: Connection, ids: readonly string[]): Promise<DealPage>
  /** The account's own fields of deals. */
  fields(connection: Connection): Promise<readonly DealField[]>
  /** The page of the service's own app on which a person finds a deal; null where there is none to be told. */
  page(facts: AccountFacts | null, deal: Deal): string | null
}

export type DealPage = {
  readonly askedAt: DbTime
  readonly deals: readonly Deal[]
  readonly unreadable: readonly string[]
}

/** A label to be made. `color`: the service's own name of one. */
export type NewLabel = { readonly name: string; readonly color: string }

/**
 * Labels that an account has for itself, with a colour and a place in the sidebar; tasks may carry others. Errors are
 * ProviderErrors.
 */
export type PersonalLabels = {
  /** The colour of standard labels of a kind. */
  readonly colors: Readonly<Record<LabelKind, string>>
  list(connection: Connection): Promise<readonly string[]>
  /**
   * Makes those whose name the account does not have in any letter case, and leaves the others alone. Throws
   * `limit-reached` where the account takes no more, after making the rest. Safe to repeat, also after an error. Gives back
   * the names that it made.
   */
  make(connection: Connection, labels: readonly NewLabel[]): Promise<readonly string[]>
}

/** A note on a person. `text`: plain. */
export type RemoteNote = { readonly remoteId: string; readonly person: string; readonly text: string }

/** Notes on the people to whom tasks belong. Errors are ProviderErrors. */
export type PersonNotes = {
  /**
   * One call. The service knows no key: after `ambiguous-write` it may be there, and is looked for by a mark in its text before it
   * is made again. After `rate-limited`, `auth` and `transient` nothing was done.
   */
  create(
    connection: Connection,
    wanted: { readonly person: string; readonly subject: string; readonly text: string },
  ): Promise<RemoteNote>
  /** Null: it is deleted, or hidden from this key. */
  read(connection: Connection, remoteId: string): Promise<RemoteNote | null>
  /** Sets the text; safe to repeat. Null as in `read`. */
  update(connection: Connection, remoteId: string, text: string): Promise<RemoteNote | null>
  /** It is gone afterwards, also where it was gone before. */
  remove(connection: Connection, remoteId: string): Promise<void>
  /**
   * The notes of a person from the newest down to those made before `since`, where that is given (with a margin for the service's
   * clock), else to the last one. `whole`: false where the walk did not come to its end.
   */
  list(
    connection: Connection,
    person: string,
    since: DbTime | null,
  ): Promise<{ readonly askedAt: DbTime; readonly notes: readonly RemoteNote[]; readonly whole: boolean }>
}

/** A comment on a task, by whomever. `task`: remote id. */
export type RemoteComment = {
  readonly remoteId: string
  readonly task: string
  readonly text: string
  readonly file: { readonly name: string; readonly url: string | null } | null
}

/**
 * Comments made, edited and deleted since a cursor. `whole`: all that there are on open tasks, for want of a cursor that the
 * service takes; deletions are then not told. `deleted`: remote ids of comments.
 */
export type CommentNews = {
  readonly askedAt: DbTime
  readonly comments: readonly RemoteComment[]
  readonly deleted: readonly string[]
  readonly whole: boolean
  readonly cursor: string
}

/** Comments on tasks, which are read here; those of ours are written with their tasks. */
export type TaskComments = {
  changed(connection: Connection, cursor: string | null): Promise<CommentNews>
}

/** A webhook as the service holds it: the only thing about webhooks that the core knows. */
export type RemoteWebhook = SeenWebhook

/**
 * Webhooks that the program itself can register with its key, one call each; `core/webhook-steps.ts` decides which. Errors are
 * ProviderErrors.
 */
export type WebhookManagement = {
  /** So many webhooks a service holds for one event of this system in an account. */
  readonly most: number
  /** Throws `invalid` for an address to which the service does not deliver; asks nobody. */
  requireAddress(url: string): void
  /** All that this system has in the account, those of its other installations too. */
  list(connection: Connection): Promise<readonly RemoteWebhook[]>
  /**
   * One more. The service knows no key: after `ambiguous-write` it may be there, and is looked for in `list` before it is asked
   * for again.
   */
  register(connection: Connection, wanted: Pick<RemoteWebhook, 'event' | 'url'>): Promise<RemoteWebhook>
  /** Has it deliver to this address, and switched on. Safe to repeat. Throws `gone` where it is no more. */
  repair(connection: Connection, remoteId: string, url: string): Promise<void>
  /** Gone afterwards, also when it was gone before. */
  remove(connection: Connection, remoteId: string): Promise<void>
}

export type WebhookHeaders = Readonly<Record<string, string | undefined>>

export type Webhooks = {
  /** The credential that holds the secret of the signatures. */
  readonly secretName: string
  /** Every event that becomes a nudge, by the service's names. */
  readonly events: readonly string[]
  /** True when the signature over the raw bytes is right. Constant time. */
  verify(rawBody: Uint8Array, headers: WebhookHeaders, secret: string): boolean
  /** The nudge of a verified body; null for an event of no interest. Throws ProviderError `invalid` on a malformed body. */
  toNudge(body: unknown, headers: WebhookHeaders): Nudge | null
  /** Null where webhooks are set up in the service's own console. */
  readonly management: WebhookManagement | null
}

/**
 * Credentials that last for a time only. The old ones may be worth nothing the moment new ones are given, so whoever
 * renews does it alone and stores the new ones before anybody uses them.
 */
export type Renewal = {
  /** When these credentials end, by the database's clock (milliseconds since the epoch); null: they do not end. */
  endsAt(credentials: Credentials): number | null
  /**
   * New credentials in place of the connection's, for one quota slot. Throws `auth` when a person has to sign in again,
   * `ambiguous-write` when the answer was lost: then the same ones may be sent again within `repeatMs` of the first
   * time, never later. After any other error nothing was done, and the same ones may be sent at any time.
   */
  renew(connection: Connection): Promise<Credentials>
  readonly repeatMs: number
  /** Names of the credentials that such access comes with: beside a key that somebody gives in its place they would renew it away. */
  readonly belongs: readonly string[]
}

/**
 * Access that a user gives on the service's own page, to an app that the operator has registered there. `scopes`: what is asked for.
 */
export type SignIn = {
  readonly scopes: readonly string[]
  /** The page to open in a browser, of the service at this base URL. It leads back to `redirectUri`, with the same `state`. */
  page(
    baseUrl: string,
    asked: { readonly clientId: string; readonly redirectUri: string; readonly state: string },
  ): string
  /**
   * The credentials of the account for the code that came back, for one quota slot; the connection's are the app's `clientId` and
   * `clientSecret`. Throws `invalid` for a code that is too old, was used or is not this app's, `auth` for a wrong id or secret.
   */
  trade(
    connection: Connection,
    answer: { readonly code: string; readonly redirectUri: string },
  ): Promise<Credentials>
}

export type Provider = {
  readonly kind: string
  /** What people call the service. */
  readonly name: string
  readonly capabilities: Capabilities
  readonly quota: readonly QuotaContext[]
  /** What an account needs to be connected. */
  readonly credentialFields: readonly CredentialField[]
  /** Origin (and path) of the real service; null where every account has its own. */
  readonly defaultBaseUrl: string | null
  /**
   * The lossy projection of a value onto what this service can store. Idempotent, and
   * `keep(decode(encode(x))) = keep(x)` for every x (I10). Pure.
   */
  keep<F extends Field>(field: F, value: CanonicalTask[F], context: KeepContext): CanonicalTask[F]
  /**
   * Where the service does not count completions: how many occurrences of a repeating task were closed between two
   * pictures of it, as far as the step of its date tells; 0 for a date that is not later, or not one of the repetition's.
   * `RemoteTask.completions` is then always 0. Pure.
   */
  closedBetween?(before: RemoteTask, after: RemoteTask): number
  /** Whether a task holds more of ours than marker, block and flags: what a write with `bare` takes away beside them. Pure. */
  ownTraces?(seen: RemoteTask): boolean
  /** Is the key good, who is it, which limits and undocumented behaviours. Throws `auth` on a refused key. */
  check(connection: Connection): Promise<AccountFacts>
  pull(connection: Connection, request: PullRequest): Promise<Page>
  /**
   * Looks at these ids now; as few requests as the service allows. One observation for each id that was reached, in any
   * order, and those of changed tasks below them that came along. Throws when none was. `known`: asks the record
   * for its pictures, where a task is found by where it lies; any of them may be old, or missing.
   */
  read(
    connection: Connection,
    remoteIds: readonly string[],
    known?: () => Promise<ReadonlyMap<string, RemoteTask>>,
  ): Promise<ReadResult>
  /**
   * One to `writeBatch` ops in as few requests as possible. Throws only when nothing at all was or may have been done
   * (`rate-limited`, `auth`, `transient`); everything else is in the results.
   */
  write(connection: Connection, ops: readonly WriteOp[]): Promise<WriteReply>
  findCreated(connection: Connection, lost: LostCreate): Promise<FoundCreate>
  /** People by id (where tasks belong to people). Only those that this key sees come back. */
  people?(connection: Connection, query: PeopleQuery): Promise<readonly RemotePerson[]>
  /** The users of the account (where tasks are assigned to users), removed ones too as far as the service tells of them. */
  users?(connection: Connection): Promise<readonly AccountUser[]>
  /** The person named in a task that another service holds (label, token, link, name in brackets). Pure. */
  personHint?(words: { readonly title: string; readonly labels: readonly string[] }): PersonHint | null
  /** Where tasks belong to people, and people to deals. */
  readonly deals?: Deals
  /**
   * Where its user opens a task in the service's own app, or what it belongs to where tasks have no page; null where that is not
   * known. Left out where the service has no app of its own. `person`: to whom it belongs. Pure.
   */
  taskPage?(
    connection: Pick<Connection, 'baseUrl' | 'facts'>,
    task: { readonly remoteId: string; readonly person: string | null },
  ): string | null
  /** The ways in which `personHint` finds a person, for a user to read: the end of "Name the person by …". */
  readonly personHelp?: string
  readonly webhooks: Webhooks | null
  /** Null where credentials do not end. */
  readonly renewal: Renewal | null
  /** Where a user can give access by signing in. */
  readonly signIn?: SignIn
  /** Null where tasks lie in no containers, or in those of the user alone. */
  readonly containers: Containers | null
  /** Where labels can have colours. */
  readonly labels?: PersonalLabels
  /** Where people can have notes. */
  readonly notes?: PersonNotes
  /** Where comments on tasks can be read. */
  readonly comments?: TaskComments
}
