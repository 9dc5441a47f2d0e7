import { stringify } from 'yaml'
import { noDealsHere } from '../../activities/deals/choice-refusals.ts'
import { dealChoices } from '../../activities/deals/route-choices.ts'
import { proposalOfRoute } from '../../activities/manage/proposal.ts'
import { type SetupProposal, stageInputOf } from '../../activities/setup/proposal.ts'
import type { StageInput } from '../../config/deal-input.ts'
import type { Stage } from '../../core/deal.ts'
import { DEAL_FACTS } from '../../core/deal-field-proposal.ts'
import { firstSyncText } from '../../core/first-sync.ts'
import type { StageHome } from '../../core/stage-homes.ts'
import type { Answer } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { routeNamed } from '../route-named.ts'

/** What is proposed for a route, as a file that it can be given. Changes nothing. */
export async function propose(deciding: Deciding, name: string): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  const proposal = await proposalOfRoute(deciding, route)
  const { homes, fields } = proposal
  if (homes === null) throw noDealsHere(name)
  const { stages } = await dealChoices(deciding.deps.db, deciding.deps, route, null)
  const file = {
    layout: homes.layout,
    others: homes.others,
    stages: Object.fromEntries(
      homes.stages.map(({ stage, home }) => [stageName(stage, stages), named(home, proposal, stages)]),
    ),
    dealFields: Object.fromEntries(DEAL_FACTS.map((fact) => [fact, fields?.[fact] ?? null])),
    firstSync: firstSyncText(route.policy.firstSync),
  }
  const { labels, projects } = proposal
  return {
    json: { route: name, file, near: nearOf(proposal, stages), labels, projects },
    lines: [
      `# Proposed for route ${name}. As it is, or changed, it is taken with ${quoted(`route edit ${name} --file <file>`)}.`,
      ...Object.entries(nearOf(proposal, stages)).map(
        ([stage, names]) => `# ${stage}: you have ${names.join(', ')}; to lie there: use: <name>`,
      ),
      ...stringify(file).trimEnd().split('\n'),
    ],
    outcome: 0,
  }
}

/** Projects whose names are nearly a stage's. */
function nearOf({ homes, projects }: SetupProposal, stages: readonly Stage[]): Record<string, string[]> {
  const near = (homes?.stages ?? []).filter((one) => one.near.length > 0)
  return Object.fromEntries(
    near.map(({ stage, near: ids }) => [
      stageName(stage, stages),
      projects.flatMap(({ id, name }) => (ids.includes(id) ? name : [])),
    ]),
  )
}

/** As a file may name it: by its pipeline, too; by its id where two are called so. */
function stageName(id: string, stages: readonly Stage[]): string {
  const long = ({ pipelineName, name }: Stage) => `${pipelineName} · ${name}`
  const stage = stages.find((one) => one.id === id)
  if (stage === undefined) return id
  return stages.filter((one) => long(one) === long(stage)).length > 1 ? id : long(stage)
}

function named(home: StageHome, { projects }: SetupProposal, stages: readonly Stage[]): StageInput {
  switch (home.kind) {
    case 'use': {
      const project = projects.find(({ id }) => id === home.project)
      const alone = projects.filter(({ name }) => name === project?.name).length === 1
      return { use: project !== undefined && alone ? project.name : home.project }
    }
    case 'same-as':
      return { 'same-as': stageName(home.stage, stages) }
    case 'create':
    case 'none':
      return stageInputOf(home)
  }
}
