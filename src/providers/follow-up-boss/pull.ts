import { Temporal } from 'temporal-polyfill'
import type { Observation, Page, PullRequest } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import type { Client } from './client.ts'
import { type Cursor, type Position, readCursor, readPosition, startOf } from './cursor.ts'
import { type Listed, listPage, nextStep } from './list.ts'
import { instant, observe } from './mapping.ts'
import { identifiedSchema, taskSchema } from './wire.ts'

/** How far a window reaches back behind the last one: the service's clocks, and rows that show up late in lists. */
const OVERLAP_SECONDS = 300

/**
 * How many tasks may vanish between two pages of a complete walk without spoiling it. The service's total is of the
 * first page; a walk that saw far fewer was cut short.
 */
const VANISH_PER_PAGE = 2

/**
 * The contract's `pull`, one request per page.
 *
 * Complete: every task, in the service's own order (ids falling).
 *
 * Incremental: what changed since the cursor, with an overlap. That the service filters tasks by time is documented
 * for lists in general, not for tasks, and filters it does not know it ignores: a row from before the window is the
 * proof. Then this list is the head of all tasks; it is read down to the highest id known, and one page of a rolling
 * scan through the rest follows.
 */
export async function pull(client: Client, request: PullRequest): Promise<Page> {
  const from = request.mode === 'complete' ? null : readCursor(request.cursor)
  const before = readPosition(request.position) ?? startOf(from)
  const page = await pageOf(client, before)
  const observations = page.rows.map(observe)
  const now = advance(before, page, observations)
  const turn = nextTurn(now, page)
  return {
    askedAt: page.askedAt,
    observations: observations.filter((one) => one !== null),
    containers: [],
    position: turn.kind === 'on' ? JSON.stringify(turn.position) : null,
    cursor: turn.kind === 'on' ? null : turn.kind === 'done' ? cursorText(now, turn.scan) : request.cursor,
    complete: turn.kind === 'done' && now.part === 'complete' && sawAll(now),
  }
}

/** `on`: there are more pages. `done`: properly at the end. `broken`: no end in sight; the old cursor stays. */
type Turn =
  | { readonly kind: 'on'; readonly position: Position }
  | { readonly kind: 'done'; readonly scan: string | null }
  | { readonly kind: 'broken' }

function nextTurn(now: Position, page: Listed): Turn {
  const step = nextStep(page, now.trail)
  if (now.part === 'scan') return { kind: 'done', scan: typeof step === 'object' ? step.next : null }
  if (step === 'circle') return { kind: 'broken' }
  if (step === 'end') return { kind: 'done', scan: null }
  if (now.part === 'window' && now.ignored && lowestId(page) <= (now.from?.head ?? 0))
    return { kind: 'on', position: { ...now, part: 'scan', next: now.from?.scan ?? step.next } }
  return { kind: 'on', position: { ...now, next: step.next, trail: step.trail } }
}

async function pageOf(client: Client, { part, next, from }: Position): Promise<Listed> {
  if (part === 'window' && from !== null)
    return listPage(client, 'tasks', { updatedAfter: windowStart(from) }, next)
  if (part !== 'scan') return listPage(client, 'tasks', {}, next)
  try {
    return await listPage(client, 'tasks', {}, next)
  } catch (error) {
    // Nobody says how long a cursor lives: a scan whose cursor is refused starts again.
    if (!(error instanceof ProviderError) || error.kind !== 'invalid') throw error
    return listPage(client, 'tasks', {})
  }
}

function advance(before: Position, page: Listed, observations: readonly (Observation | null)[]): Position {
  const first = before.pages === 0
  return {
    ...before,
    mark: first ? clockOf(page) : before.mark,
    head: Math.max(before.head, ...ids(page)),
    pages: before.pages + 1,
    rows: before.rows + page.rows.length,
    total: first ? page.total : before.total,
    blurred: before.blurred || observations.includes(null),
    ignored:
      before.ignored || (before.part === 'window' && before.from !== null && showsOlder(page, before.from)),
  }
}

/**
 * The latest time of the service that its first page tells: its `Date`, or the newest change. Never the clock of this
 * machine, and not of a later page, which would leave out what changed on the pages before.
 */
function clockOf(page: Listed): string | null {
  const date =
    page.date === null
      ? []
      : [Temporal.Instant.fromEpochMilliseconds(page.date).toString({ smallestUnit: 'second' })]
  return latest([...date, ...page.rows.flatMap((row) => stamps(row).updated ?? [])])
}

const latest = (times: readonly (string | null)[]): string | null =>
  times
    .filter((time) => time !== null)
    .sort()
    .at(-1) ?? null

/** Completing a task was seen to leave `updated` alone, so a row is old only by all of its times. */
function showsOlder(page: Listed, from: Cursor): boolean {
  const start = windowStart(from)
  return page.rows.some((row) => {
    const times = Object.values(stamps(row)).filter((time) => time !== null)
    return times.length > 0 && times.every((time) => time < start)
  })
}

function windowStart({ since }: Cursor): string {
  return Temporal.Instant.from(since)
    .subtract({ seconds: OVERLAP_SECONDS })
    .toString({ smallestUnit: 'second' })
}

function stamps(row: unknown) {
  const { updated, completed, created } = taskSchema.safeParse(row).data ?? {}
  return {
    updated: instant(updated ?? null),
    completed: instant(completed ?? null),
    created: instant(created ?? null),
  }
}

function sawAll({ blurred, total, rows, pages }: Position): boolean {
  return !blurred && (total === null || total <= rows + VANISH_PER_PAGE * (pages - 1))
}

function cursorText({ mark, from, head }: Position, scan: string | null): string | null {
  const since = latest([mark, from?.since ?? null])
  return since === null ? null : JSON.stringify({ since, head, scan } satisfies Cursor)
}

function ids(page: Listed): number[] {
  return page.rows.flatMap((row) => {
    const id = Number(identifiedSchema.safeParse(row).data?.id)
    return Number.isSafeInteger(id) ? [id] : []
  })
}

const lowestId = (page: Listed): number => Math.min(...ids(page))
