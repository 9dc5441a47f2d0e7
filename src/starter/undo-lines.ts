import type { Undone } from '../activities/undo.ts'
import type { UndoWrite } from '../activities/undo-writes.ts'
import { otherSide } from '../core/policy.ts'
import type { PairNames, SideNames } from './side-names.ts'
import { counted, fieldsWords, pairWords, valueWords } from './task-words.ts'

/** What an undo writes, and what it leaves. */
export function undoneLines({ ops, writes, untouched }: Undone, zone: string, names: PairNames): string[] {
  const left = untouched.map(
    ({ pair, title, field, why }) =>
      `  ${pairWords(pair, title)}${field === null ? '' : `, ${field}`}: ${why}`,
  )
  return [
    ops.length === 0
      ? 'Nothing of it can be taken back.'
      : `${counted(ops.length, 'write')} to take back, by ${counted(writes.length, 'new write')}:`,
    ...writes.map(
      (write) => `  ${pairWords(write.pair, write.title)}  ${writeWords(write, zone, names(write.pair))}`,
    ),
    ...(left.length === 0 ? [] : ['Not touched:', ...left]),
  ]
}

/** What came of it, in one line at the end of what may be a long list; none when nothing was done. */
export function summaryLines({ ops, writes, untouched }: Undone): string[] {
  if (ops.length === 0) return []
  const taken = `${counted(ops.length, 'write')} taken back, by ${counted(writes.length, 'new write')}`
  return [
    untouched.length === 0 ? `${taken}.` : `${taken}; ${counted(untouched.length, 'value')} not touched.`,
  ]
}

function writeWords(
  { side, verb, from, fields, own = {} }: UndoWrite,
  zone: string,
  names: SideNames,
): string {
  const where = names[side]
  const words = (field: string, value: unknown) => valueWords(field, value, zone, names.lists[side])
  if (verb === 'delete') return `${where}: deleted again, and no longer linked`
  if (verb === 'create') {
    const there = fieldsWords(own, zone, names.lists[otherSide(side)])
    const made = `${where}: made again, ${fieldsWords(fields, zone, names.lists[side])}, then on the other side`
    return there === '' ? made : `${made} with ${there}`
  }
  const held: Readonly<Record<string, unknown>> = from
  const changes = Object.entries(fields).map(
    ([field, value]) => `${field} ${words(field, held[field])} -> ${words(field, value)}`,
  )
  return `${where}: ${changes.join(', ')}`
}
