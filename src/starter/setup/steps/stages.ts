import type { StageInput } from '../../../config/deal-input.ts'
import type { StageHome } from '../../../core/stage-homes.ts'
import { homeText } from '../../deal-flags.ts'
import type { SetupContext } from '../context.ts'
import { BACK, type Prompter } from '../prompter.ts'
import type { Step, StepEnd } from '../step.ts'
import { keep } from './change.ts'
import { routeStages, type StageRow } from './route-stages.ts'

const FORMS = 'create, create: <name>, use: <a project of yours>, same-as: <another stage>, or none (General)'

/** In which project the deals of each stage lie, and what the project for tasks without a deal is called. */
export const stagesStep: Step = {
  name: 'stages',
  applies: async (context) => (await routeStages(context)).rows.length > 0,
  async run(context, prompter) {
    for (;;) {
      const { rows } = await routeStages(context)
      prompter.say('Where the deals of each stage lie in the task app:', ...(await linesOf(context, rows)))
      const answer = await prompter.ask('Number of a stage to change; ok when it is right', 'ok')
      if (answer === BACK) return 'back'
      if (/^ok$/iu.test(answer)) {
        if ((await askGeneral(context, prompter)) === 'next') return 'next'
        continue
      }
      const row = rows[Number(answer) - 1]
      if (row === undefined) prompter.say(`Answer with a number from 1 to ${rows.length}, or ok.`)
      else await askStage(context, prompter, row)
    }
  },
}

async function askStage(context: SetupContext, prompter: Prompter, { stage, home }: StageRow): Promise<void> {
  const { projects } = await routeStages(context)
  const names = projects.map(({ name }) => name)
  if (names.length > 0) prompter.say(`Projects of yours: ${names.join(', ')}`)
  for (;;) {
    const usual = home === null ? 'create' : wordsOf(home, projects)
    const answer = await prompter.ask(`Deals in ${stage.pipelineName} · ${stage.name}: ${FORMS}`, usual)
    if (answer === BACK) return
    const said: StageInput | null = homeText(answer)
    if (said === null) prompter.say(`Answer with ${FORMS}.`)
    else if (await keep(context, prompter, { deals: { stages: { [stage.id]: said } } })) return
  }
}

async function askGeneral(context: SetupContext, prompter: Prompter): Promise<StepEnd> {
  for (;;) {
    const usual = (await context.route()).policy.deals?.general ?? ''
    const answer = await prompter.ask('Name of the project for tasks without a deal', usual)
    if (answer === BACK) return 'back'
    if (answer === usual || (await keep(context, prompter, { deals: { general: answer } }))) return 'next'
  }
}

async function linesOf(context: SetupContext, rows: readonly StageRow[]): Promise<string[]> {
  const { projects } = await routeStages(context)
  const { deals } = (await context.route()).policy
  const usual = usualWords(deals?.others ?? 'create', deals?.layout ?? 'stage')
  const stageName = (id: string) => rows.find(({ stage }) => stage.id === id)?.stage.name ?? id
  return rows.map(({ stage, home, near }, at) => {
    const where = home === null ? usual : homeWords(home, projects, stageName)
    return `  ${String(at + 1).padStart(2)}  ${stage.pipelineName} · ${stage.name}${stage.closed ? ' (closed)' : ''}: ${where}${nearWords(near)}`
  })
}

function nearWords(near: readonly string[]): string {
  return near.length === 0 ? '' : `; you have ${near.map((name) => `“${name}”`).join(', ')}`
}

function usualWords(others: 'create' | 'general', layout: 'stage' | 'pipeline'): string {
  if (others === 'general') return 'in General'
  return layout === 'stage' ? 'a project of its name' : 'the project of its pipeline'
}

type Named = { readonly id: string; readonly name: string }

function homeWords(home: StageHome, projects: readonly Named[], stageName: (id: string) => string): string {
  switch (home.kind) {
    case 'create':
      return home.name === null ? 'a project of its name' : `a project “${home.name}”`
    case 'use':
      return `your project “${nameOf(home.project, projects)}”`
    case 'same-as':
      return `where ${stageName(home.stage)} lies`
    case 'none':
      return 'in General'
  }
}

/** As a person would type it. */
function wordsOf(home: StageHome, projects: readonly Named[]): string {
  switch (home.kind) {
    case 'create':
      return home.name === null ? 'create' : `create: ${home.name}`
    case 'use':
      return `use: ${nameOf(home.project, projects)}`
    case 'same-as':
      return `same-as: ${home.stage}`
    case 'none':
      return 'none'
  }
}

const nameOf = (id: string, projects: readonly Named[]): string =>
  projects.find((project) => project.id === id)?.name ?? id
