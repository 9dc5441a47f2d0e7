import { type Beside, NOTHING_BESIDE } from '../../core/beside.ts'
import { joinDescription, readDescription, splitDescription } from '../../core/description-block.ts'
import { type Due, day, fixed, floating, isZone } from '../../core/due.ts'
import { manyLines, oneLine } from '../../core/normalise.ts'
import type { FieldValues, Priority } from '../../core/task.ts'
import { flagsOf, readLabels, writeLabels } from '../../core/type-labels.ts'
import type { Observation, RemoteContainer, RemoteTask } from '../contract.ts'
import { keep } from './keep.ts'
import {
  containerSchema,
  itemSchema,
  stubSchema,
  type WireContainer,
  type WireDue,
  type WireItem,
} from './wire.ts'

/** The string that makes a due repeat; to be sent along with every new date of it. */
type Repeat = { readonly string: string; readonly lang: string }

/**
 * `RemoteTask.extra`: the labels in the task's own order, what a recurring due repeats by, and whether a
 * user has typed below our block, or broken it.
 */
type Extra = {
  readonly labels: readonly string[]
  readonly due?: Repeat
  readonly untidy?: true
}

/**
 * An observation of one object of a delta or listing; null when it does not even have an id. Former versions of the
 * service showed completed tasks as deleted too: there the completion counts (reference §13.3, U11). Only the answer
 * about a task `alone` is sure to mean a deletion.
 */
export function observe(row: unknown, { alone = false } = {}): Observation | null {
  const stub = stubSchema.safeParse(row)
  if (!stub.success) return null
  const { id: remoteId, is_deleted: deleted, checked, completed_at: completedAt } = stub.data
  const completed = !alone && checked === true && typeof completedAt === 'string'
  if (deleted === true && !completed) return { kind: 'gone', remoteId, certain: true }
  const seen = decodeRow(row)
  if (seen === null) return { kind: 'unknown', remoteId, why: 'unreadable' }
  return { kind: 'present', remoteId, seen }
}

function decodeRow(row: unknown): RemoteTask | null {
  const item = itemSchema.safeParse(row)
  if (!item.success) return null
  try {
    return decode(item.data)
  } catch (error) {
    // A date that no calendar has.
    if (error instanceof RangeError) return null
    throw error
  }
}

/** What a write knows beside its fields: see WriteOp. */
type Around = {
  readonly before: RemoteTask | null
  readonly marker: string | null
  readonly beside: Beside | null
  readonly zone: string
}

/** A task from the service's object. Throws RangeError on a date that does not exist. */
export function decode(item: WireItem): RemoteTask {
  const raw = item.labels ?? []
  const description = readDescription(item.description ?? '')
  const { marker, lines } = description
  const notes = manyLines(description.notes)
  const recurs = item.due?.is_recurring === true
  const repeat =
    recurs && item.due?.string ? { string: item.due.string, lang: item.due.lang ?? 'en' } : undefined
  const extra: Extra = {
    labels: raw,
    ...(repeat === undefined ? {} : { due: repeat }),
    ...(isTidy(item.description ?? '', notes, lines, marker) ? {} : { untidy: true }),
  }
  return {
    task: {
      title: oneLine(item.content ?? ''),
      notes,
      due: item.due ? decodeDue(item.due) : null,
      start: null,
      recurrence: repeat === undefined ? null : { text: repeat.string, language: repeat.lang },
      priority: decodePriority(item.priority),
      ...readLabels(raw),
      completed: item.checked === true,
      assignee: null,
      list: item.project_id ?? null,
      parent: item.parent_id ?? null,
    },
    version: item.updated_at ? withMicroseconds(item.updated_at) : null,
    container: item.section_id ?? item.project_id ?? null,
    person: null,
    assignedTo: item.responsible_uid ?? null,
    marker,
    madeBy: item.added_by_uid ?? null,
    madeAt: item.added_at ?? null,
    recurs,
    completions: item.completed_count ?? 0,
    flags: flagsOf(raw),
    block: lines,
    extra,
  }
}

/** A project or section; null for an object that cannot be read. */
export function decodeContainer(kind: 'project' | 'section', row: unknown): RemoteContainer | null {
  const parsed = containerSchema.safeParse(row)
  if (!parsed.success) return null
  const wire = parsed.data
  return {
    remoteId: wire.id,
    kind,
    name: oneLine(wire.name ?? ''),
    parent: (kind === 'section' ? wire.project_id : wire.parent_id) ?? null,
    state: stateOf(wire),
    marker: splitDescription(wire.description ?? '').marker,
  }
}

/**
 * Arguments of `item_add` (`before` null) or `item_update` for these fields and what goes beside them. Labels are
 * written whole, over the list that `before` shows; the description only with notes, at creation, or where our block
 * would be another one; a recurring due keeps its repetition, and at creation gets the one that is given.
 */
export function encode(fields: FieldValues, around: Around): Record<string, unknown> {
  const { before, beside, zone } = around
  const args: Record<string, unknown> = {}
  if (fields.title !== undefined || before === null)
    args.content = keep('title', fields.title ?? '', { zone })
  const description = encodeDescription(fields.notes, around)
  if (description !== null) args.description = description
  if (fields.due !== undefined)
    args.due = encodeDue(keep('due', fields.due, { zone }), repeatOf(fields, before))
  if (fields.priority !== undefined) args.priority = 5 - (fields.priority ?? 4)
  const { flags, tables } = beside ?? NOTHING_BESIDE
  const flagged = flags.add.length + flags.remove.length > 0 || tables !== undefined
  if (fields.labels !== undefined || fields.type !== undefined || flagged)
    args.labels = writeLabels(rawLabels(before), { labels: fields.labels, type: fields.type, flags, tables })
  return args
}

/** Null where the description stays as it is. */
function encodeDescription(
  notes: string | undefined,
  { before, beside, zone, ...around }: Around,
): string | null {
  const text = keep('notes', notes ?? before?.task.notes ?? '', { zone })
  if (beside?.bare !== undefined) {
    const isBare = before !== null && before.marker === null && before.block.length === 0
    return isBare && notes === undefined ? null : text
  }
  const marker = around.marker ?? before?.marker ?? null
  const wanted = joinDescription(text, beside?.block ?? before?.block ?? [], marker)
  if (before === null || notes !== undefined || marker !== before.marker) return wanted
  if ((beside?.block ?? null) === null) return null
  const there = joinDescription(before.task.notes, before.block, before.marker)
  return wanted === there && before.extra.untidy !== true ? null : wanted
}

function isTidy(
  description: string,
  notes: string,
  lines: readonly string[],
  marker: string | null,
): boolean {
  return description.trimEnd() === joinDescription(notes, lines, marker, Number.POSITIVE_INFINITY)
}

function decodePriority(priority: number | null | undefined): Priority | null {
  switch (priority) {
    case 4:
      return 1
    case 3:
      return 2
    case 2:
      return 3
    default:
      return null
  }
}

function decodeDue(due: WireDue): Due {
  if (/^\d{4}-\d{2}-\d{2}$/.test(due.date)) return day(due.date)
  if (!/(Z|[+-]\d{2}:?\d{2})$/i.test(due.date)) return floating(due.date)
  return fixed(due.date, due.timezone && isZone(due.timezone) ? due.timezone : null)
}

function encodeDue(due: Due | null, repeat: Repeat | null): Record<string, unknown> | null {
  if (due === null) return null
  // A bare date over a recurring due would make it a one-off.
  const words = repeat ?? {}
  switch (due.kind) {
    case 'day':
      return { date: due.day, ...words }
    case 'floating':
      return { date: `${due.day}T${due.time}`, ...words }
    case 'fixed':
      return { date: due.at, timezone: due.zone, ...words }
  }
}

/** What repeats goes on doing so; what is made again begins with its repetition. */
function repeatOf({ recurrence: wanted }: FieldValues, before: RemoteTask | null): Repeat | null {
  const there = before?.recurs === true ? before.task.recurrence : null
  const recurrence = before === null ? (wanted ?? null) : there
  return recurrence === null ? null : { string: recurrence.text, lang: recurrence.language }
}

/** The labels of `before` in their own order; an `extra` of another shape counts as the labels that are known. */
function rawLabels(before: RemoteTask | null): readonly string[] {
  const labels: unknown = before?.extra.labels
  if (Array.isArray(labels)) return labels.filter((name) => typeof name === 'string')
  return before === null ? [] : writeLabels(before.task.labels, { type: before.task.type })
}

function stateOf(wire: WireContainer): RemoteContainer['state'] {
  if (wire.is_deleted === true) return 'gone'
  return wire.is_archived === true ? 'archived' : 'active'
}

/** `…:17Z` and `…:17.5Z` do not sort as times; with six digits they do. */
function withMicroseconds(time: string): string {
  const parts = /^(.*:\d{2})(?:\.(\d{1,6})\d*)?Z$/.exec(time)
  return parts === null ? time : `${parts[1]}.${(parts[2] ?? '').padEnd(6, '0')}Z`
}
