import { cut, oneLine } from './normalise.ts'
import { foldLabel, OWNED_LABELS, typeOfLabel } from './type-labels.ts'

/** Label names by what stands in a field of the deal; compared without regard to letter case and accents. */
export type LabelTable = Readonly<Record<string, string>>

/** `counties`: by city. `dealTypes`: by the deal's type. */
export type DealLabelTables = { readonly counties: LabelTable; readonly dealTypes: LabelTable }

export const DEFAULT_DEAL_TYPES: LabelTable = {
  Buyer: 'buyer',
  Seller: 'seller',
  Investor: 'investor',
  STR: 'str',
  'Short-Term Rental': 'str',
}

const NAME = /^[a-z0-9_-]+$/u
/** Code points (reference todoist §14.2). */
const LONGEST_NAME = 60

/** What is wrong with a table, for people; empty where nothing is. `called`: its name in the route's file. */
export function tableProblems(called: string, table: LabelTable): string[] {
  return Object.entries(table).flatMap(([value, name]) => {
    const problem = nameProblem(name)
    return problem === null ? [] : [`${called}: the label “${name}” for “${value}” ${problem}.`]
  })
}

function nameProblem(name: string): string | null {
  if (!NAME.test(name)) return 'may have small letters a to z, digits, - and _ alone'
  if (name.length > LONGEST_NAME) return `is longer than ${LONGEST_NAME} letters`
  if (OWNED_LABELS.includes(name) || typeOfLabel(name) !== null || /^deal-/u.test(name))
    return 'has a meaning of its own here; choose another'
  return null
}

/**
 * The labels that a task of a deal carries by the tables, as a sorted set. `type` may name several, with commas or
 * semicolons between. A city or type that no table names gives none.
 */
export function tableLabels(
  deal: { readonly city: string | null; readonly type: string | null } | null,
  { counties, dealTypes }: DealLabelTables,
): string[] {
  const types = [deal?.type ?? '', ...(deal?.type ?? '').split(/[,;]/u)]
  const found = [lookUp(counties, deal?.city ?? ''), ...types.map((type) => lookUp(dealTypes, type))]
  return [...new Set(found.flatMap((name) => name ?? []))].sort()
}

export type LabelWrite = { readonly add: readonly string[]; readonly remove: readonly string[] }

/**
 * What to write into a task so that it carries `wanted`. `ours`: the names that we have put on it before, as they are compared; a label that its
 * user gave it stays, also one of a name that a table has. `raw`: its labels as it has them; those to be removed are spelled so.
 */
export function tableLabelChange(
  raw: readonly string[],
  wanted: readonly string[],
  ours: readonly string[],
): LabelWrite {
  const there = raw.map(foldLabel)
  const stays = wanted.map(foldLabel)
  return {
    add: wanted.filter((name) => !there.includes(foldLabel(name))),
    remove: raw.filter((name) => ours.includes(foldLabel(name)) && !stays.includes(foldLabel(name))),
  }
}

/** The names that are ours on a task, once that is written, as they are compared: those we put there, and none that was its user's before. */
export function oursAfter(
  raw: readonly string[],
  wanted: readonly string[],
  ours: readonly string[],
): string[] {
  const there = raw.map(foldLabel)
  return wanted.map(foldLabel).filter((name) => ours.includes(name) || !there.includes(name))
}

/** A name for a label, made of any words (a stage's, say); empty where nothing of them can stand in one. */
export function labelName(words: string): string {
  const plain = bare(words).replace(/[^a-z0-9_]+/gu, '-')
  return cut(plain.replace(/^-+/u, ''), LONGEST_NAME).replace(/-+$/u, '')
}

/**
 * The label that says a deal's stage, where several stages share a project; null where nothing of its name can stand in one. With
 * `stage-` before it: stages are called as types of tasks are (`Showing`), whose labels mean something else.
 */
export function stageLabel(stage: string): string | null {
  const name = labelName(`stage ${stage}`)
  return name === 'stage' ? null : name
}

function lookUp(table: LabelTable, value: string): string | null {
  const wanted = bare(value)
  return wanted === '' ? null : (Object.entries(table).find(([key]) => bare(key) === wanted)?.[1] ?? null)
}

function bare(text: string): string {
  return oneLine(text.normalize('NFKD').replace(/\p{M}/gu, '')).toLowerCase()
}
