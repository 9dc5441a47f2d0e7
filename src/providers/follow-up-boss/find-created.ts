import { Temporal } from 'temporal-polyfill'
import { sameValue } from '../../core/equal.ts'
import { BLANK_TASK } from '../../core/task.ts'
import type { FoundCreate, LostCreate, Observation, RemoteTask } from '../contract.ts'
import type { Client } from './client.ts'
import { keep } from './keep.ts'
import { type Listed, listPage, nextStep, TRAIL_START } from './list.ts'
import { instant, observe } from './mapping.ts'
import { taskSchema } from './wire.ts'

/** How far the service's clock and the database's may lie apart. */
const SKEW_SECONDS = 120

type Found = { readonly remoteId: string; readonly seen: RemoteTask }

/**
 * The contract's `findCreated`. Nothing in a task says that Dealbridge made it, so the newest tasks of the person are
 * compared with what was sent: made by our user, since the attempt, with the same name, type and due. That none is
 * found counts only after the settle time, and only the second time: a list may lag behind a create. By then somebody may
 * have edited it: one that still has its name is it. Others that were edited and have something left of it, or that differ
 * in one thing alone (the service's times are whole seconds), may be it, or its user's own, and a person is asked.
 */
export async function findCreated(client: Client, lost: LostCreate): Promise<FoundCreate> {
  const since = Temporal.Instant.from(lost.attemptedAt)
    .subtract({ seconds: SKEW_SECONDS })
    .toString({ smallestUnit: 'second', roundingMode: 'floor' })
  const search = await newest(client, lost, since)
  const found = search.observations.filter((one) => fits(client, lost, since, one))
  const [first, ...more] = found
  if (first !== undefined && more.length === 0)
    return { kind: 'arrived', askedAt: search.askedAt, remoteId: first.remoteId, now: first.seen }
  if (first !== undefined) return { kind: 'ambiguous', candidates: found.map(({ remoteId }) => remoteId) }
  const settled = lost.emptyAt !== null && isAfter(search.askedAt, lost.settledAt)
  if (!settled || !search.clear || client.connection.facts === null)
    return { kind: 'too-early', askedAt: search.askedAt }
  const edited = search.observations
    .filter((one) => mayBe(client, lost, since, one))
    .filter(({ seen }) => {
      const alike = FIELDS.filter((field) => isAsSent(lost, seen, field)).length
      // An edit in the second of its creation leaves no trace in the service's times; nobody else gives it our words.
      return wasEdited(seen) || isAsSent(lost, seen, 'title') ? alike > 0 : alike > 1
    })
  if (edited.length === 0) return { kind: 'not-arrived' }
  const named = edited.filter(({ seen }) => isAsSent(lost, seen, 'title'))
  const [only] = named
  return only !== undefined && named.length === 1
    ? { kind: 'arrived', askedAt: search.askedAt, remoteId: only.remoteId, now: only.seen }
    : { kind: 'ambiguous', candidates: edited.map(({ remoteId }) => remoteId) }
}

/** `clear`: every task that could be it was readable, and the walk came to its end. */
type Search = { readonly askedAt: string; readonly observations: Observation[]; readonly clear: boolean }

async function newest(client: Client, { op, known }: LostCreate, since: string): Promise<Search> {
  const filters: Record<string, string> = op.person === null ? {} : { personId: op.person }
  const observations: Observation[] = []
  let trail = TRAIL_START
  let page = await listPage(client, 'tasks', filters)
  const { askedAt } = page
  for (;;) {
    const seen = page.rows.map(observe)
    observations.push(...seen.filter((one) => one !== null))
    const blurred = seen.some((one, at) => hides(one, known) && !madeBefore(page.rows[at], since))
    if (blurred) return { askedAt, observations, clear: false }
    const step = nextStep(page, trail)
    if (step === 'end' || reaches(page, since)) return { askedAt, observations, clear: true }
    if (step === 'circle') return { askedAt, observations, clear: false }
    trail = step.trail
    page = await listPage(client, 'tasks', filters, step.next)
  }
}

/** A row that cannot be read and may be the one looked for. */
function hides(one: Observation | null, known: ReadonlySet<string>): boolean {
  return one === null || (one.kind === 'unknown' && !known.has(one.remoteId))
}

function madeBefore(row: unknown, since: string): boolean {
  const created = taskSchema.shape.created.safeParse(Object(row).created).data ?? null
  const madeAt = instant(created)
  return madeAt !== null && madeAt < since
}

/** Ids fall from page to page: after a task from before the attempt only older ones follow. */
function reaches(page: Listed, since: string): boolean {
  return madeBefore(page.rows.at(-1), since)
}

/** Made by our user for the same person since the attempt, and part of no pair. */
function mayBe(
  client: Client,
  { op, known }: LostCreate,
  since: string,
  one: Observation,
): one is Observation & Found {
  if (one.kind !== 'present' || known.has(one.remoteId)) return false
  const { person, madeBy, madeAt } = one.seen
  const ours = person === op.person && madeBy === client.connection.facts?.userId
  return ours && madeAt !== null && madeAt >= since
}

function fits(client: Client, lost: LostCreate, since: string, one: Observation): one is Observation & Found {
  return mayBe(client, lost, since, one) && FIELDS.every((field) => isAsSent(lost, one.seen, field))
}

const FIELDS = ['title', 'type', 'due'] as const

function isAsSent({ op }: LostCreate, seen: RemoteTask, field: (typeof FIELDS)[number]): boolean {
  const context = { zone: op.zone }
  const sent = Object.assign({}, BLANK_TASK, ...op.steps.map((step) => step.fields)) as typeof BLANK_TASK
  return sameValue(keep(field, sent[field], context), keep(field, seen.task[field], context))
}

/** The service's own times: of the last change, and of creation. */
function wasEdited({ version, madeAt }: RemoteTask): boolean {
  return version !== null && madeAt !== null && version > madeAt
}

function isAfter(a: string, b: string): boolean {
  return Temporal.Instant.compare(a, b) > 0
}
