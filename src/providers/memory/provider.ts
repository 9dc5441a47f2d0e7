import { keepInstant } from '../../core/due.ts'
import { cut, labelSet, oneLine } from '../../core/normalise.ts'
import type { RemoteTask } from '../../core/observation.ts'
import { type CanonicalTask, FIELDS, type Field, type FieldValues } from '../../core/task.ts'
import type {
  Capabilities,
  Connection,
  FoundCreate,
  LostCreate,
  Observation,
  Page,
  Provider,
  PullRequest,
  StepResult,
  WriteOp,
  WriteReply,
  WriteResult,
} from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import type { MemoryService, StoredTask } from './service.ts'

/**
 * Two characters of services. `feed`: deltas with tombstones, keys that are deduplicated, markers, containers (as
 * Todoist). `bare`: a window of changes, no key, no marker, no trace of deletions, tasks that belong to people (as
 * Follow Up Boss).
 */
export type Flavour = 'feed' | 'bare'

export type MemoryOptions = {
  readonly kind: string
  readonly flavour: Flavour
  readonly service: MemoryService
}

/** Who the provider's key is at an in-memory service. */
export const MEMORY_USER = 'us'
const CONTEXT = 'calls'
const TITLE_LIMIT = 255

/** The contract's reference implementation: complete, and with nothing of a network in the way. */
export function createMemory(options: MemoryOptions): Provider {
  const { kind, flavour } = options
  const capabilities = capabilitiesOf(flavour)
  return {
    kind,
    capabilities,
    quota: [{ context: CONTEXT, limit: 1_000_000, windowMs: 1_000 }],
    defaultBaseUrl: 'memory:',
    keep: (field, value, context) => keep(flavour, field, value, context.zone),
    check: async () => ({
      accountId: kind,
      userId: MEMORY_USER,
      zone: 'UTC',
      seesEveryone: true,
      domain: null,
      limits: {},
      probes: {},
    }),
    pull: (connection, request) => call(options, 'pull', connection, () => page(options, request)),
    read: (connection, ids) =>
      call(options, 'read', connection, () => ({
        observations: looks(options, connection, ids),
        unreached: null,
      })),
    write: (connection, ops) => writeAll(options, connection, ops),
    findCreated: (connection, lost) => findCreated(options, connection, lost),
    people: async (_connection, query) =>
      'ids' in query ? query.ids.map((remoteId) => ({ remoteId, name: remoteId })) : [],
    personHint: ({ title }) => {
      const found = / ?person:(\S+)/u.exec(title)
      return found?.[1] === undefined
        ? null
        : { by: { id: found[1] }, title: title.replace(found[0], ''), label: null }
    },
    webhooks: null,
    renewal: null,
    containers: null,
  }
}

function capabilitiesOf(flavour: Flavour): Capabilities {
  const feed = flavour === 'feed'
  const held = new Set<Field>(feed ? FIELDS : ['title', 'due', 'type', 'completed'])
  return {
    fields: Object.fromEntries(
      FIELDS.map((field) => [field, held.has(field) ? 'rw' : 'none']),
    ) as Capabilities['fields'],
    steps: feed
      ? [
          { name: 'fields', fields: FIELDS.filter((field) => field !== 'completed') },
          { name: 'completion', fields: ['completed'] },
        ]
      : [
          { name: 'fields', fields: ['title', 'type', 'completed'] },
          { name: 'due', fields: ['due'] },
        ],
    writeBatch: 100,
    readBatch: 100,
    createIdentity: feed ? 'server-deduplicates' : 'search',
    marker: feed,
    needsPerson: !feed,
    containers: feed,
    changes: feed ? 'delta' : 'window',
    webhooks: false,
    listsCompleted: true,
    tombstones: feed,
  }
}

function keep<F extends Field>(
  flavour: Flavour,
  field: F,
  value: CanonicalTask[F],
  zone: string,
): CanonicalTask[F] {
  const task = { [field]: value } as unknown as CanonicalTask
  const kept: FieldValues = {}
  if (field === 'title') kept.title = cut(oneLine(task.title), TITLE_LIMIT) || '(no title)'
  else if (field === 'labels') kept.labels = labelSet(task.labels)
  else if (field === 'type') kept.type = task.type ?? 'Follow Up'
  else if (field === 'due' && flavour === 'bare') kept.due = keepInstant(task.due, zone)
  else return value
  return kept[field] as CanonicalTask[F]
}

/** One request: takes its slot, suffers its faults, and answers as of now. */
async function call<T extends object>(
  { kind, service }: MemoryOptions,
  name: string,
  connection: Connection,
  work: () => T,
): Promise<T & { askedAt: string }> {
  const { askedAt } = await connection.gate.take(CONTEXT)
  const fault = service.fault(name)
  if (fault === 'refused') throw trouble(kind, 'transient')
  const answer = work()
  if (fault === 'reply-lost') throw trouble(kind, 'transient')
  return { ...answer, askedAt }
}

function trouble(kind: string, what: 'transient' | 'ambiguous-write'): ProviderError {
  return new ProviderError({ kind: what, provider: kind, message: 'The service did not answer' })
}

function page({ flavour, service }: MemoryOptions, request: PullRequest): Omit<Page, 'askedAt'> {
  const from = request.mode === 'complete' || request.cursor === null ? null : Number(request.cursor)
  const changed = service.all().filter((task) => (from === null ? !task.deleted : task.changed > from))
  return {
    observations: changed.flatMap((task) => observe(flavour, task)),
    containers: [],
    position: null,
    cursor: String(service.changes),
    complete: from === null,
  }
}

/** In a feed a deletion is told; elsewhere a deleted task is just not there any more. */
function observe(flavour: Flavour, task: StoredTask): Observation[] {
  if (!task.deleted) return [{ kind: 'present', remoteId: task.id, seen: remote(task) }]
  return flavour === 'feed' ? [{ kind: 'gone', remoteId: task.id, certain: true }] : []
}

function looks(
  { flavour, service }: MemoryOptions,
  connection: Connection,
  ids: readonly string[],
): Observation[] {
  return ids.map((remoteId): Observation => {
    const task = service.get(remoteId)
    const since = flavour === 'feed' && connection.cursor !== null ? Number(connection.cursor) : null
    if (since !== null && task !== undefined && task.changed <= since) return { kind: 'unchanged', remoteId }
    if (task === undefined || task.deleted) return { kind: 'gone', remoteId, certain: flavour === 'feed' }
    return { kind: 'present', remoteId, seen: remote(task) }
  })
}

function remote(task: StoredTask): RemoteTask {
  return {
    task: task.task,
    version: String(task.changed).padStart(12, '0'),
    container: task.container,
    list: task.container,
    parent: null,
    person: task.person,
    marker: task.marker,
    madeBy: task.madeBy,
    assignedTo: null,
    madeAt: task.madeAt,
    recurs: false,
    extra: {},
  }
}

async function writeAll(
  options: MemoryOptions,
  connection: Connection,
  ops: readonly WriteOp[],
): Promise<WriteReply> {
  const { service, kind } = options
  const { askedAt } = await connection.gate.take(CONTEXT)
  const fault = service.fault('write')
  if (fault === 'refused') throw trouble(kind, 'transient')
  const containers = new Map<string, string>()
  for (const { container } of ops) {
    if (container === null) continue
    containers.set(container.containerId, container.remoteId ?? service.container(container.key))
  }
  const results = ops.map((op) => ({ ...writeOne(options, op, containers), opId: op.opId, askedAt }))
  if (fault !== 'reply-lost') {
    return {
      results,
      containers: [...containers].map(([containerId, remoteId]) => ({ containerId, remoteId })),
    }
  }
  const error = trouble(kind, 'ambiguous-write')
  const unknown = (op: WriteOp): StepResult[] =>
    op.steps.map((step) => ({ name: step.name, outcome: 'unknown', error }))
  return {
    results: ops.map((op) => ({
      opId: op.opId,
      askedAt,
      remoteId: op.remoteId,
      now: null,
      steps: unknown(op),
    })),
    containers: [],
  }
}

function writeOne(
  { service, kind, flavour }: MemoryOptions,
  op: WriteOp,
  containers: ReadonlyMap<string, string>,
): Pick<WriteResult, 'remoteId' | 'now' | 'steps'> {
  const fields = Object.assign({}, ...op.steps.map((step) => step.fields)) as FieldValues
  const done = (remoteId: string | null): Pick<WriteResult, 'remoteId' | 'now' | 'steps'> => {
    const task = remoteId === null ? undefined : service.get(remoteId)
    return {
      remoteId,
      now: task === undefined || task.deleted ? null : remote(task),
      steps: op.steps.map((step) => ({ name: step.name, outcome: 'confirmed' })),
    }
  }
  if (op.verb === 'create') {
    const key = flavour === 'feed' ? op.steps[0]?.key : undefined
    return done(
      service.create({
        fields,
        person: op.person,
        container: op.container === null ? null : (containers.get(op.container.containerId) ?? null),
        marker: flavour === 'feed' ? op.marker : null,
        madeBy: MEMORY_USER,
        ...(key === undefined ? {} : { key }),
      }),
    )
  }
  const id = op.remoteId ?? ''
  if (op.verb === 'delete') {
    service.delete(id)
    return done(id)
  }
  if (service.edit(id, fields)) {
    if (flavour === 'feed' && op.marker !== null) service.mark(id, op.marker)
    return done(id)
  }
  const error = new ProviderError({ kind: 'gone', provider: kind, message: 'There is no such task' })
  return {
    remoteId: id,
    now: null,
    steps: op.steps.map((step) => ({ name: step.name, outcome: 'refused', error })),
  }
}

async function findCreated(
  options: MemoryOptions,
  connection: Connection,
  lost: LostCreate,
): Promise<FoundCreate> {
  const { flavour, service } = options
  if (flavour === 'feed') return { kind: 'not-arrived' }
  const { askedAt, found } = await call(options, 'find', connection, () => ({
    found: service.alive().filter((task) => isLookedFor(task, lost)),
  }))
  const [only] = found
  if (only !== undefined && found.length === 1) {
    return { kind: 'arrived', askedAt, remoteId: only.id, now: remote(only) }
  }
  if (found.length > 1) return { kind: 'ambiguous', candidates: found.map((task) => task.id) }
  return lost.emptyAt !== null && askedAt > lost.settledAt
    ? { kind: 'not-arrived' }
    : { kind: 'too-early', askedAt }
}

function isLookedFor(task: StoredTask, lost: LostCreate): boolean {
  const wanted = lost.op.steps[0]?.fields
  return (
    task.person === lost.op.person &&
    task.madeBy === MEMORY_USER &&
    !lost.known.has(task.id) &&
    task.task.title === keep('bare', 'title', wanted?.title ?? '', lost.op.zone)
  )
}
