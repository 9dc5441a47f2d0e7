import type { DealInput, StageInput } from '../../config/deal-input.ts'
import type { DealField, Stage } from '../../core/deal.ts'
import { DEAL_FACTS } from '../../core/deal-field-proposal.ts'
import { DEFAULT_DEALS, type DealPolicy } from '../../core/deal-policy.ts'
import { oneLine } from '../../core/normalise.ts'
import { completed, resolveHomes, type StageHome } from '../../core/stage-homes.ts'
import { checklistsWith } from './checklist-choices.ts'
import * as refusal from './choice-refusals.ts'
import { withTables } from './table-choices.ts'

/** A project of the task app; `ours`: it was made by Dealbridge, or is General. */
export type NamedProject = { readonly id: string; readonly name: string; readonly ours: boolean }

/** What there is to choose from. `fields` null: nobody has asked the CRM for them. */
export type DealChoices = {
  readonly stages: readonly Stage[]
  readonly projects: readonly NamedProject[]
  readonly fields: readonly DealField[] | null
}

/**
 * How a route files by deals, with what a person said; the rest stays. Throws UserError (exit code 2) for a stage, project
 * or field that there is not, with the one that was probably meant, and for names that could not be told apart.
 */
export function withDealInput(
  policy: DealPolicy | undefined,
  { stages = {}, dealFields = {}, labels = {}, propertyFacts, templates, ...rest }: DealInput,
  choices: DealChoices,
): DealPolicy {
  const before = policy ?? DEFAULT_DEALS
  const next: DealPolicy = {
    ...withTables(before, labels, propertyFacts),
    general: oneLine(rest.general ?? before.general),
    layout: rest.layout ?? before.layout,
    others: rest.others ?? before.others,
    ...(rest.eager === undefined ? {} : { eager: rest.eager }),
    stages: stagesWith(before.stages, stages, choices),
    fields: fieldsWith(before.fields, dealFields, choices),
    ...(templates === undefined
      ? {}
      : {
          checklists: checklistsWith(
            before.checklists ?? [],
            templates,
            (name) => stageNamed(name, choices.stages).id,
          ),
        }),
  }
  const { problems } = resolveHomes(
    { ...next, stages: next.others === 'create' ? completed(next.stages, choices.stages) : next.stages },
    choices.stages,
  )
  if (problems.length > 0) throw refusal.homesDoNotWork(problems)
  return next
}

function stagesWith(
  before: DealPolicy['stages'],
  given: Readonly<Record<string, StageInput>>,
  choices: DealChoices,
): DealPolicy['stages'] {
  const stages = { ...before }
  for (const [name, input] of Object.entries(given)) {
    const id = stageNamed(name, choices.stages).id
    const home = homeOf(input, choices)
    if (home === null) delete stages[id]
    else stages[id] = home
  }
  return stages
}

/** Null: as stages that are not named. */
function homeOf(input: StageInput, choices: DealChoices): StageHome | null {
  if (input === 'create') return { kind: 'create', name: null }
  if (input === 'none') return { kind: 'none' }
  if (input === 'default') return null
  if ('create' in input) return { kind: 'create', name: input.create === null ? null : oneLine(input.create) }
  if ('use' in input) return { kind: 'use', project: projectNamed(input.use, choices.projects).id }
  return { kind: 'same-as', stage: stageNamed(input['same-as'], choices.stages).id }
}

/** By id, by name, or by `Pipeline · Stage`. */
function stageNamed(text: string, stages: readonly Stage[]): Stage {
  const long = ({ pipelineName, name }: Stage) => `${pipelineName} · ${name}`
  const found =
    stages.find(({ id }) => id === text) ??
    onlyOne(text, stages, [({ name }) => name, long], (many) => refusal.severalStages(text, many))
  if (found !== undefined) return found
  throw refusal.noSuchStage(text, stages)
}

/** By id or name, letter case ignored. Throws UserError for one that there is not, and for one of ours. */
export function projectNamed(text: string, projects: readonly NamedProject[]): NamedProject {
  const found =
    projects.find(({ id }) => id === text) ??
    onlyOne(text, projects, [({ name }) => name], (many) => refusal.severalProjects(text, many))
  if (found === undefined) throw refusal.noSuchProject(text, projects)
  if (found.ours) throw refusal.projectIsOurs(text)
  return found
}

function fieldsWith(
  before: DealPolicy['fields'],
  given: NonNullable<DealInput['dealFields']>,
  { fields }: DealChoices,
): DealPolicy['fields'] {
  const next = { ...before }
  for (const fact of DEAL_FACTS) {
    const text = given[fact]
    if (text === undefined) continue
    next[fact] = text === null ? null : fieldNamed(text, fields ?? [])
  }
  return next
}

function fieldNamed(text: string, fields: readonly DealField[]): string {
  const found =
    fields.find(({ name }) => name === text) ??
    onlyOne(text, fields, [({ label }) => label, ({ name }) => name], (many) =>
      refusal.severalFields(text, many),
    )
  if (found !== undefined) return found.name
  throw refusal.noSuchField(text, fields)
}

/** The one that has this name, whatever the case of its letters. */
function onlyOne<T>(
  text: string,
  all: readonly T[],
  names: readonly ((one: T) => string)[],
  several: (many: readonly T[]) => Error,
): T | undefined {
  const fold = (name: string) => oneLine(name).toLowerCase()
  for (const name of names) {
    const found = all.filter((one) => fold(name(one)) === fold(text))
    if (found.length > 1) throw several(found)
    if (found[0] !== undefined) return found[0]
  }
  return undefined
}
