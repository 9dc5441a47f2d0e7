import { UserError } from '../../config/errors.ts'
import { nearest } from '../../config/nearest.ts'
import type { DealField, Stage } from '../../core/deal.ts'

/** `ours`: it was made by Dealbridge. */
type NamedProject = { readonly id: string; readonly name: string; readonly ours: boolean }

/* Why a route does not file by deals as a person asked for. */

const MOST = 20

export function noSuchStage(text: string, stages: readonly Stage[]): UserError {
  if (stages.length === 0)
    return asked(
      'NO_SUCH_STAGE',
      `There is no stage ${text}: the CRM has not told of its stages yet.`,
      'They come with the next look at its deals; "dealbridge status" shows whether the CRM answers.',
    )
  const names = stages.flatMap(({ id, name, pipelineName }) => [id, name, `${pipelineName} · ${name}`])
  return asked(
    'NO_SUCH_STAGE',
    `There is no stage ${text}.`,
    meant(text, names, listed(stages.map(stageWords))),
  )
}

export function severalStages(text: string, stages: readonly Stage[]): UserError {
  return asked(
    'SEVERAL_STAGES',
    `${stages.length} stages are called ${text}.`,
    `Name one by its id: ${listed(stages.map(stageWords))}.`,
  )
}

export function noSuchProject(text: string, projects: readonly NamedProject[]): UserError {
  const names = projects.filter(({ ours }) => !ours).map(({ name }) => name)
  return asked(
    'NO_SUCH_PROJECT',
    `There is no project ${text} in the task app.`,
    meant(text, names, listed(names)),
  )
}

export function severalProjects(text: string, projects: readonly NamedProject[]): UserError {
  const ids = projects.map(({ id }) => id).join(', ')
  return asked(
    'SEVERAL_PROJECTS',
    `${projects.length} projects are called ${text}.`,
    `Name one by its id: ${ids}.`,
  )
}

export function projectIsOurs(text: string): UserError {
  return asked(
    'PROJECT_IS_OURS',
    `Project ${text} was made by Dealbridge, for a stage or for General.`,
    'Name a project of your own, or the other stage with same-as.',
  )
}

/** `used`: those of its user's in which the route lets deals lie. */
export function projectNotUsed(text: string, used: readonly NamedProject[]): UserError {
  const there = listed(used.map(({ name }) => name))
  return asked(
    'PROJECT_NOT_USED',
    `The route lets no deals lie in project ${text}, so none of its tasks enter.`,
    there === ''
      ? 'Let those of a stage lie there, e.g. --stage "Showing=use: My viewings".'
      : `It uses: ${there}.`,
  )
}

export function noSuchField(text: string, fields: readonly DealField[]): UserError {
  if (fields.length === 0)
    return asked(
      'NO_SUCH_FIELD',
      `There is no field ${text}: the CRM shows no fields of its own for deals to this key.`,
      'Define one in the CRM, or use a key that may see them.',
    )
  const names = fields.flatMap(({ name, label }) => [label, name])
  const known = listed(fields.map(({ name, label }) => (label === name ? name : `${label} (${name})`)))
  return asked('NO_SUCH_FIELD', `The CRM has no field ${text} for deals.`, meant(text, names, known))
}

export function severalFields(text: string, fields: readonly DealField[]): UserError {
  return asked(
    'SEVERAL_FIELDS',
    `${fields.length} fields are called ${text}.`,
    `Name one by its own name: ${fields.map(({ name }) => name).join(', ')}.`,
  )
}

export function noDealsHere(route: string): UserError {
  return asked(
    'NO_DEALS_HERE',
    `Route ${route} cannot file its tasks by deals.`,
    'That takes a service with deals on one side and one with sections on the other.',
  )
}

/** `problems`: as the core tells them. */
export function homesDoNotWork(problems: readonly string[]): UserError {
  return new UserError({
    code: 'HOMES_DO_NOT_WORK',
    message: 'What was said of the stages does not go together, so nothing was changed.',
    hints: problems,
    exitCode: 2,
  })
}

/** `problems`: as the core tells them. */
export function tablesDoNotWork(problems: readonly string[]): UserError {
  return new UserError({
    code: 'TABLES_DO_NOT_WORK',
    message: 'Labels of a table cannot be called so, so nothing was changed.',
    hints: problems,
    exitCode: 2,
  })
}

function meant(text: string, names: readonly string[], known: string): string {
  const folded = new Map(names.map((name) => [name.toLowerCase(), name]))
  const near = nearest(text.toLowerCase(), [...folded.keys()])
  const guess = near === undefined ? undefined : folded.get(near)
  const there = known === '' ? 'There is none yet.' : `There are: ${known}.`
  return guess === undefined ? there : `Do you mean ${guess}? ${there}`
}

function listed(words: readonly string[]): string {
  return words.length > MOST ? `${words.slice(0, MOST).join(', ')}, …` : words.join(', ')
}

function stageWords({ id, name, pipelineName }: Stage): string {
  return `${pipelineName} · ${name} (${id})`
}

function asked(code: string, message: string, hint: string): UserError {
  return new UserError({ code, message, hints: [hint], exitCode: 2 })
}
