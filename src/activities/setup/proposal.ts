import type { DealInput, StageInput } from '../../config/deal-input.ts'
import type { DealField } from '../../core/deal.ts'
import { DEAL_FACTS } from '../../core/deal-field-proposal.ts'
import { DEFAULT_DEALS, type DealFieldNames, type DealPolicy } from '../../core/deal-policy.ts'
import { type ProposedLabel, proposeLabels } from '../../core/label-proposal.ts'
import { otherSide } from '../../core/policy.ts'
import type { StageHome } from '../../core/stage-homes.ts'
import { type ProposedHomes, proposeHomes } from '../../core/stage-proposal.ts'
import { standardLabels } from '../../core/standard-labels.ts'
import { connectionById } from '../../store/connections.ts'
import type { Db, Tx } from '../../store/database.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import { type SetupFound, typesSeen } from '../../store/setup.ts'
import type { NamedProject } from '../deals/deal-choices.ts'
import { dealChoices } from '../deals/route-choices.ts'
import { type Deps, providerOf } from '../deps.ts'
import { dealSide } from '../route-deals.ts'

/**
 * What is proposed for a route, from what the record and the services told. `homes` and `fields` null: it does not file by deals.
 * `labels`: empty where its task app has none of its own.
 */
export type SetupProposal = {
  readonly homes: ProposedHomes | null
  readonly fields: DealFieldNames | null
  readonly labels: readonly ProposedLabel[]
  readonly projects: readonly NamedProject[]
}

export async function proposalFor(
  sql: Db | Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  found: SetupFound,
): Promise<SetupProposal> {
  const labels =
    found.labels === undefined
      ? []
      : proposeLabels(standardLabels(route.policy), found.labels, await typesSeen(sql, route.leftId))
  const [left, right] = [await connectionById(sql, route.leftId), await connectionById(sql, route.rightId)]
  const side = dealSide({
    left: providerOf(deps, left.provider),
    right: providerOf(deps, right.provider),
  })
  if (side === null || route.policy.deals === undefined)
    return { homes: null, fields: null, labels, projects: [] }
  const { stages, projects } = await dealChoices(sql, deps, route, null)
  const app = connectionOf(route, otherSide(side)) === left.id ? left : right
  const own = projects.filter(({ id, ours }) => !ours && (found.projects ?? []).includes(id))
  const homes = proposeHomes(stages, own, app.facts?.limits.projects ?? null)
  return { homes, fields: found.fields ?? null, labels, projects: own }
}

/** What is proposed where nobody has said anything yet, by ids. A stage that is to have a project of its own need not be named. */
export function proposedInput(policy: DealPolicy, { homes, fields }: SetupProposal): DealInput {
  const stages = (homes?.stages ?? []).flatMap(({ stage, home }) =>
    Object.hasOwn(policy.stages, stage) || home.kind === 'create' ? [] : [[stage, stageInputOf(home)]],
  )
  const facts = DEAL_FACTS.flatMap((fact) => {
    const field = fields?.[fact] ?? null
    return policy.fields[fact] !== null || field === null ? [] : [[fact, field]]
  })
  const usual = policy.layout === DEFAULT_DEALS.layout && policy.others === DEFAULT_DEALS.others
  return {
    ...(usual && homes !== null ? { layout: homes.layout, others: homes.others } : {}),
    stages: Object.fromEntries(stages),
    dealFields: Object.fromEntries(facts),
  }
}

/** As a person would say it, by ids. */
export function stageInputOf(home: StageHome): StageInput {
  switch (home.kind) {
    case 'create':
      return home.name === null ? 'create' : { create: home.name }
    case 'use':
      return { use: home.project }
    case 'same-as':
      return { 'same-as': home.stage }
    case 'none':
      return 'none'
  }
}

/** Fields of which no more than the service's own names is kept. */
export function fieldsCalled(names: readonly string[]): DealField[] {
  return names.map((name) => ({ name, label: name, kind: 'other', choices: [] }))
}
