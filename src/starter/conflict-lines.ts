import { otherSide, SIDES, type Side } from '../core/policy.ts'
import type { CanonicalTask } from '../core/task.ts'
import type { AmbiguityView } from '../store/ambiguities.ts'
import type { ConflictRow } from '../store/conflicts.ts'
import { quoted } from './command-name.ts'
import { taskInQuestion } from './question-lines.ts'
import type { PairNames, SideNames } from './side-names.ts'
import { fieldsWords, pairWords, timeWords, valueWords } from './task-words.ts'

/** A conflict with the title of its task. `view`: of an open question which task it is, the candidates in words. */
export type ListedConflict = {
  readonly conflict: ConflictRow
  readonly title: string | null
  readonly view?: AmbiguityView | undefined
}

export function conflictLines(
  conflicts: readonly ListedConflict[],
  zone: string,
  namesOf: PairNames,
): string[] {
  return conflicts.flatMap((one) => {
    const names = namesOf(one.conflict.pairId)
    return [headOf(one, zone, names), ...valuesOf(one, zone, names), ...adviceOn(one)]
  })
}

function headOf({ conflict, title }: ListedConflict, zone: string, names: SideNames): string {
  const { id, field, at } = conflict
  const about = isRemade(conflict)
    ? ', deleted on one side and edited on the other'
    : field === null
      ? ''
      : `, ${field}`
  return `${id}  ${pairWords(conflict.pairId, title)}${about}, ${timeWords(at, zone)}: ${decidedWords(conflict, names)}`
}

function decidedWords(conflict: ConflictRow, names: SideNames): string {
  const { kind, decision, decidedBy } = conflict
  if (decision === null)
    return kind === 'ambiguous' ? 'several tasks could be it; waits for you' : 'waits for you'
  if (decidedBy === 'undo')
    return `changed since, so it was not taken back (${sideWords(decision, names)} stays)`
  if (decidedBy === 'series')
    return `it repeats in ${sideWords(decision, names)}, and has to have a date there: that stays`
  if (isRemade(conflict))
    return `what ${sideWords(decision, names)} holds stays, as an edit goes before a deletion`
  const by = decidedBy === 'person' ? 'you decided' : 'decided by rule'
  return `${by}: ${sideWords(decision, names)}`
}

function sideWords(decision: string, names: SideNames): string {
  const side = SIDES.find((one) => one === decision)
  if (side !== undefined) return names[side]
  const words: Readonly<Record<string, string>> = {
    base: 'as it was before',
    value: 'another value',
    both: 'each side keeps its own',
  }
  return words[decision] ?? decision
}

function valuesOf({ conflict, view }: ListedConflict, zone: string, names: SideNames): string[] {
  const { kind, field, base, left, right } = conflict
  if (kind === 'ambiguous') return candidateLines(conflict, view, zone, names)
  if (isRemade(conflict)) return remadeLines(conflict, zone, names)
  if (field === null) return []
  const side: Side = isSides(base) && (base.left ?? null) === null ? 'right' : 'left'
  const before = isSides(base) ? [{ name: 'before', value: base[side], side }] : []
  const rows = [
    { name: names.left, value: left, side: 'left' as const },
    { name: names.right, value: right, side: 'right' as const },
    ...before,
  ]
  return rows.map((row) => `      ${row.name}: ${valueWords(field, row.value, zone, names.lists[row.side])}`)
}

/** The task in question, and those that it may be. */
function candidateLines(
  conflict: ConflictRow,
  view: AmbiguityView | undefined,
  zone: string,
  names: SideNames,
): string[] {
  const ids = candidatesOf(conflict)
  if (view === undefined) return ids.map((id) => `      ${id}`)
  const { side, task } = view
  return [
    `      ${names[side]}: ${taskInQuestion(task, zone)}; in ${names[otherSide(side)]} it may be:`,
    ...ids.map((id) => {
      const known = view.candidates.find((one) => one.id === id)
      return `        ${known === undefined ? id : taskInQuestion(known, zone)}`
    }),
  ]
}

/** What each side held when one had deleted the task and the other one had edited it. */
function remadeLines({ left, right, decision }: ConflictRow, zone: string, names: SideNames): string[] {
  const sides = { left, right }
  return SIDES.map((side) => {
    const task = sides[side]
    const held = isTask(task) ? fieldsWords(task, zone, names.lists[side]) : 'not known'
    return `      ${names[side]}: ${side === decision ? held : `deleted; it held ${held}`}`
  })
}

function adviceOn({ conflict }: ListedConflict): string[] {
  const { id, pairId, kind, decision } = conflict
  if (decision !== null) return []
  if (kind === 'ambiguous')
    return [
      `      ${quoted(`conflicts resolve ${id} <task>`)} says which one it is, ${quoted(`conflicts resolve ${id} none`)} that it is none of them`,
    ]
  if (kind !== 'field') return [`      ${quoted(`explain pair/${pairId}`)} says what it is about`]
  return [`      ${quoted(`conflicts resolve ${id} left|right|base|--value <text>`)}`]
}

/** The tasks of which an ambiguous create may be any. */
export function candidatesOf({ base }: Pick<ConflictRow, 'base'>): string[] {
  if (typeof base !== 'object' || base === null || !('candidates' in base)) return []
  return Array.isArray(base.candidates) ? base.candidates.map(String) : []
}

function isSides(value: unknown): value is Readonly<Record<Side, unknown>> {
  return typeof value === 'object' && value !== null && 'left' in value && 'right' in value
}

/** Such a conflict notes whole tasks. */
function isRemade({ kind, left, right }: ConflictRow): boolean {
  return kind === 'field' && (isTask(left) || isTask(right))
}

function isTask(value: unknown): value is CanonicalTask {
  return typeof value === 'object' && value !== null && 'title' in value
}
