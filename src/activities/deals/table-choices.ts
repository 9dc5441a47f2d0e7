import type { DealInput } from '../../config/deal-input.ts'
import type { DealPolicy } from '../../core/deal-policy.ts'
import { type LabelTable, tableProblems } from '../../core/table-labels.ts'
import { tablesDoNotWork } from './choice-refusals.ts'

/**
 * A policy with the tables that a person gave: a whole one takes the place of the one before, null takes it away. Throws
 * UserError (exit code 2) where a label cannot be called so.
 */
export function withTables(
  { counties, dealTypes, propertyFacts, ...before }: DealPolicy,
  labels: NonNullable<DealInput['labels']>,
  facts: DealInput['propertyFacts'],
): DealPolicy {
  const tables = {
    counties: given(labels.counties, counties),
    dealTypes: given(labels.dealTypes, dealTypes),
  }
  const problems = [
    ...tableProblems('labels.counties', tables.counties ?? {}),
    ...tableProblems('labels.dealTypes', tables.dealTypes ?? {}),
  ]
  if (problems.length > 0) throw tablesDoNotWork(problems)
  const table = facts === undefined ? propertyFacts : factsOf(facts)
  return {
    ...before,
    ...(tables.counties === undefined ? {} : { counties: tables.counties }),
    ...(tables.dealTypes === undefined ? {} : { dealTypes: tables.dealTypes }),
    ...(table === undefined ? {} : { propertyFacts: table }),
  }
}

function given(said: LabelTable | null | undefined, before: LabelTable | undefined): LabelTable | undefined {
  return said === undefined ? before : (said ?? undefined)
}

function factsOf(said: NonNullable<DealInput['propertyFacts']> | null): DealPolicy['propertyFacts'] {
  if (said === null) return undefined
  const { file, address = null, city = null, deal = null, show = null } = said
  return { file, address, city, deal, show }
}
