import { usedProjects } from '../activities/deals/adopting.ts'
import type { Stage } from '../core/deal.ts'
import { DEAL_FACTS } from '../core/deal-field-proposal.ts'
import type { DealPolicy } from '../core/deal-policy.ts'
import type { StageHome } from '../core/stage-homes.ts'
import { quoted } from './command-name.ts'
import { counted, type ListWords } from './task-words.ts'

/**
 * How a route files by deals, for a person. `stages`: those that are known; `lists`: of the task app; `adopted`: projects of its
 * user's own of which a person said that what lay there before enters.
 */
export function filingLines(
  deals: DealPolicy | undefined,
  stages: ReadonlyMap<string, Stage>,
  lists: ListWords,
  adopted: ReadonlySet<string>,
): string[] {
  if (deals === undefined) return ['  tasks are not filed by deals: all lie in General']
  const stage = (id: string) => {
    const known = stages.get(id)
    return known === undefined ? id : `${known.pipelineName} · ${known.name} (${id})`
  }
  const fields = DEAL_FACTS.flatMap((fact) => {
    const field = deals.fields[fact]
    return field === null ? [] : [`${fact} ${field}`]
  })
  return [
    `  tasks are filed by deals: ${deals.layout === 'stage' ? 'a project for each stage' : 'a project for each pipeline'}, those without a deal in “${deals.general}”`,
    ...Object.entries(deals.stages).map(([id, home]) => `    ${stage(id)}: ${homeWords(home, stage, lists)}`),
    ...beforeLines(usedProjects(deals), lists, adopted),
    ...(deals.eager === true ? ['    a section is made with its deal, not with its first task'] : []),
    ...(deals.others === 'create' ? [] : ['    every other stage: in General']),
    ...(fields.length === 0 ? [] : [`    fields of deals: ${fields.join(', ')}`]),
    ...(deals.counties === undefined
      ? []
      : [`    labels by county: a table of ${counted(Object.keys(deals.counties).length, 'town')}`]),
    ...(deals.dealTypes === undefined
      ? []
      : [
          `    labels by the deal’s type: a table of ${counted(Object.keys(deals.dealTypes).length, 'type')}`,
        ]),
    ...(deals.propertyFacts === undefined ? [] : [`    facts of properties: ${deals.propertyFacts.file}`]),
    ...(deals.checklists ?? []).map(
      ({ name, stage: id, items }) =>
        `    checklist “${name}” of ${counted(items.length, 'task')}, when a deal comes into ${stage(id)}`,
    ),
  ]
}

/** What becomes of tasks that lay in projects of its user's own before the route took these. */
function beforeLines(used: readonly string[], lists: ListWords, adopted: ReadonlySet<string>): string[] {
  const enters = used.filter((project) => adopted.has(project))
  const stays = used.filter((project) => !adopted.has(project))
  const places = (projects: readonly string[]) => projects.map(lists).join(' and ')
  return [
    ...(enters.length === 0
      ? []
      : [`    what lay in ${places(enters)} before enters, too; each of these tasks needs a contact`]),
    ...(stays.length === 0
      ? []
      : [
          `    what lay in ${enters.length === 0 ? 'your projects' : places(stays)} before stays yours alone; ${quoted('plan')} shows it`,
        ]),
  ]
}

function homeWords(home: StageHome, stage: (id: string) => string, lists: ListWords): string {
  switch (home.kind) {
    case 'create':
      return home.name === null ? 'a project of its name' : `project “${home.name}”`
    case 'use':
      return `your project ${lists(home.project)}`
    case 'same-as':
      return `where ${stage(home.stage)} lies`
    case 'none':
      return 'in General'
  }
}
