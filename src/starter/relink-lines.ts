import type { Relinked } from '../activities/relink.ts'
import { quoted } from './command-name.ts'
import type { PairNames, SideNames } from './side-names.ts'
import { counted, fieldsWords, pairWords } from './task-words.ts'

/** A pair that stays as it is. */
export type NotRelinked = { readonly pair: string; readonly why: string }

/** What is linked again, what is written for it, and what stays as it is. */
export function relinkedLines(
  relinked: readonly Relinked[],
  refused: readonly NotRelinked[],
  zone: string,
  names: PairNames,
): string[] {
  return [
    ...relinked.flatMap((one) => linesOf(one, zone, names(one.pair))),
    ...(refused.length === 0 ? [] : ['Not linked:', ...refused.map(({ why }) => `  ${why}`)]),
  ]
}

/** What came of it, at the end of what may be a long list. */
export function relinkedSummary(relinked: readonly Relinked[], refused: readonly NotRelinked[]): string[] {
  const changed = relinked.filter((one) => one.changed)
  if (relinked.length + refused.length > 1)
    return [`${counted(changed.length, 'task')} linked again, ${refused.length} not.`]
  return changed.map(({ pair }) => `${quoted(`explain pair/${pair}`)} shows how it goes on.`)
}

function linesOf(
  { pair, title, changed, remade, writes }: Relinked,
  zone: string,
  names: SideNames,
): string[] {
  const named = pairWords(pair, title)
  if (!changed) return [`${named} is not unlinked: nothing to do.`]
  const head =
    remade === null
      ? `${named} is linked again, from what both sides last agreed on.`
      : `${named} is linked again; its task in ${names[remade]} is made anew.`
  const written = writes.map(
    ({ side, verb, fields }) =>
      `  ${verb} in ${names[side]}: ${fieldsWords(fields, zone, names.lists[side]) || 'our marker'}`,
  )
  const nothing = written.length === 0 ? ['  Nothing has to be written now.'] : []
  return [head, ...written, ...nothing]
}
