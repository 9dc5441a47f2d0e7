import type { DealFieldNames } from '../../core/deal-policy.ts'
import { firstSyncText } from '../../core/first-sync.ts'
import type { StageHome } from '../../core/stage-homes.ts'
import type { AccountFacts } from '../../providers/contract.ts'
import { connectionById } from '../../store/connections.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { type RouteRow, routeById } from '../../store/routes.ts'
import { lockSetUp } from '../../store/set-up-lock.ts'
import { markProposed, setupOf } from '../../store/setup.ts'
import type { Deps } from '../deps.ts'
import { editRoute } from '../route-admin.ts'
import { fieldsCalled, proposalFor, proposedInput, type SetupProposal } from './proposal.ts'

export type SetupInput = { readonly routeId: string }

/** What is to be set up, in ids and words of ours: as a query tells it, and as a history may hold it. */
export type SetupShown = {
  readonly accounts: readonly ShownAccount[]
  readonly firstSync: string
  readonly layout: string | null
  readonly others: string | null
  /** By stage id: `create`, `use`, `same-as` or `none`, and which project or stage. Stages that are not named are `others`. */
  readonly stages: Readonly<Record<string, string>>
  /** The CRM's own names of its fields. */
  readonly fields: Readonly<Partial<Record<keyof DealFieldNames, string>>>
  /** How many standard labels are to be made. */
  readonly labelsToMake: number
}

type ShownAccount = Pick<AccountFacts, 'zone' | 'seesEveryone' | 'limits' | 'probes'> & {
  readonly connectionId: string
  readonly provider: string
}

/** `shown`: what holds now. `changed`: it has just been proposed, so that the accounts are to be looked at with it. */
export type Proposed = { readonly shown: SetupShown; readonly changed: boolean }

/** Takes what is proposed into the draft, once; what a person says after that stays. */
export async function proposeSetup(deps: Deps, { routeId }: SetupInput): Promise<Proposed> {
  return inTransaction(deps.db, async (tx) => {
    await lockSetUp(tx)
    const before = await routeById(tx, routeId)
    const { found, proposed } = await setupOf(tx, routeId)
    const proposal = await proposalFor(tx, deps, before, found)
    const { deals } = before.policy
    const changed = !proposed && before.state === 'draft' && deals !== undefined
    if (changed) {
      const fields = fieldsCalled(found.fieldNames ?? [])
      await editRoute(tx, deps, before, { deals: proposedInput(deals, proposal) }, fields)
    }
    if (!proposed) await markProposed(tx, routeId)
    return { shown: await shown(tx, await routeById(tx, routeId), proposal), changed }
  })
}

async function shown(tx: Tx, route: RouteRow, proposal: SetupProposal): Promise<SetupShown> {
  const { policy } = route
  const { makeLabels } = await setupOf(tx, route.id)
  const accounts: ShownAccount[] = []
  for (const connectionId of [route.leftId, route.rightId]) {
    const { provider, facts } = await connectionById(tx, connectionId)
    if (facts === null) continue
    const { zone, seesEveryone, limits, probes } = facts
    accounts.push({ connectionId, provider, zone, seesEveryone, limits, probes })
  }
  const stages = Object.entries(policy.deals?.stages ?? {}).map(([id, home]) => [id, homeText(home)])
  const fields = Object.entries(policy.deals?.fields ?? {}).flatMap(([fact, name]) =>
    name === null ? [] : [[fact, name]],
  )
  return {
    accounts,
    firstSync: firstSyncText(policy.firstSync),
    layout: policy.deals?.layout ?? null,
    others: policy.deals?.others ?? null,
    stages: Object.fromEntries(stages),
    fields: Object.fromEntries(fields),
    labelsToMake: makeLabels ? proposal.labels.filter(({ make }) => make).length : 0,
  }
}

function homeText(home: StageHome): string {
  switch (home.kind) {
    case 'use':
      return `use ${home.project}`
    case 'same-as':
      return `same-as ${home.stage}`
    case 'create':
    case 'none':
      return home.kind
  }
}
