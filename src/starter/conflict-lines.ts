import { SIDES, type Side } from '../core/policy.ts'
import type { ConflictRow } from '../store/conflicts.ts'
import { quoted } from './command-name.ts'
import { serviceName } from './service-name.ts'
import { pairWords, timeWords, valueWords } from './task-words.ts'

/** A conflict with the title of its task and the rule of its route. */
export type ListedConflict = { readonly conflict: ConflictRow; readonly title: string | null }

/** `conflicts --json`: names that others rely on. */
export function conflictsJson(conflicts: readonly ListedConflict[]) {
  return {
    conflicts: conflicts.map(({ conflict }) => {
      const { id, kind, pairId, field, base, left, right, decision, at } = conflict
      return { id, kind, pair: pairId, field, base, left, right, decision, at }
    }),
  }
}

export function conflictLines(conflicts: readonly ListedConflict[], zone: string): string[] {
  return conflicts.flatMap((one) => [headOf(one, zone), ...valuesOf(one, zone), ...adviceOn(one)])
}

function headOf({ conflict, title }: ListedConflict, zone: string): string {
  const { id, field, at } = conflict
  const about = field === null ? '' : `, ${field}`
  return `${id}  ${pairWords(conflict.pairId, title)}${about}, ${timeWords(at, zone)}: ${decidedWords(conflict)}`
}

function decidedWords({ kind, decision, decidedBy }: ConflictRow): string {
  if (decision === null)
    return kind === 'ambiguous' ? 'several tasks could be it; waits for you' : 'waits for you'
  if (decidedBy === 'undo') return `changed since, so it was not taken back (${sideWords(decision)} stays)`
  const by = decidedBy === 'person' ? 'you decided' : 'decided by rule'
  return `${by}: ${sideWords(decision)}`
}

function sideWords(decision: string): string {
  const side = SIDES.find((one) => one === decision)
  if (side !== undefined) return serviceName(side)
  const words: Readonly<Record<string, string>> = {
    base: 'as it was before',
    value: 'another value',
    both: 'each side keeps its own',
  }
  return words[decision] ?? decision
}

function valuesOf({ conflict }: ListedConflict, zone: string): string[] {
  const { kind, field, base, left, right } = conflict
  if (kind === 'ambiguous') return candidatesOf(conflict).map((id) => `      ${id}`)
  if (field === null) return []
  const of = (value: unknown) =>
    isTask(value) ? valueWords('title', value.title, zone) : valueWords(field, value, zone)
  const before = isSides(base) ? [['before', base.left ?? base.right] as const] : []
  const rows = [[serviceName('left'), left] as const, [serviceName('right'), right] as const, ...before]
  return rows.map(([name, value]) => `      ${name}: ${of(value)}`)
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

function isTask(value: unknown): value is { readonly title: unknown } {
  return typeof value === 'object' && value !== null && 'title' in value
}
