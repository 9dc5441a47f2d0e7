import type { AssigneeInput } from '../config/assignee-input.ts'
import { claimedByBoth } from '../core/agents.ts'
import { type AssigneeScope, SIDES, type Side } from '../core/policy.ts'
import type { AccountUser } from '../providers/contract.ts'
import { accountUsers, saveUsers } from '../store/account-users.ts'
import { connectionById } from '../store/connections.ts'
import { forgetCursor } from '../store/cursors.ts'
import { type Db, inTransaction, type Tx } from '../store/database.ts'
import { wakeReassigned } from '../store/pairs.ts'
import { connectionOf, type RouteRow, routesOfConnection } from '../store/routes.ts'
import { type Deps, providerOf } from './deps.ts'
import { openConnection, TASK_STREAM } from './open-connection.ts'
import * as refusal from './route-refusals.ts'

/*
 * A team has one account at its CRM and a route for each agent, who is said by name, e-mail or id, and kept by id.
 */

type Which = Pick<RouteRow, 'id' | 'name' | 'leftId' | 'rightId'>

/** Learns who the users of a route's CRM are, where agents are named. Throws UserError (exit code 2), ProviderError. */
export async function learnUsers(
  deps: Deps,
  route: Which,
  said: AssigneeInput | undefined,
  signal: AbortSignal,
): Promise<void> {
  if (said === undefined || typeof said === 'string') return
  const connectionId = connectionOf(route, await sideWithUsers(deps.db, deps, route))
  const { provider, direct } = await openConnection(deps, connectionId, 'change', signal)
  const users = (await provider.users?.(direct)) ?? []
  await inTransaction(deps.db, (tx) => saveUsers(tx, connectionId, users))
}

/**
 * Whose tasks a route has from now on. Throws UserError (exit code 2) for an agent that there is not, and for one whose tasks
 * another route has. The caller holds the set-up lock.
 */
export async function assigneesAfter(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  route: RouteRow,
  said: AssigneeInput | undefined,
): Promise<AssigneeScope> {
  if (said === undefined) return route.policy.assignees
  if (said === route.policy.assignees) return said
  const crm = connectionOf(route, await sideWithUsers(tx, deps, route))
  const assignees =
    typeof said === 'string' ? said : { ...said, only: idsOf(said.only, await accountUsers(tx, crm)) }
  await refuseClaimed(tx, route, crm, assignees)
  await lookAnew(tx, crm)
  return assignees
}

/** By id, e-mail or whole name, letter case ignored; of namesakes the id says which. */
function idsOf(names: readonly string[], users: readonly AccountUser[]): string[] {
  const ids = names.map((said) => {
    const known = users.find(({ id }) => id === said)
    if (known !== undefined) return known.id
    const same = (text: string | null) => text?.toLowerCase() === said.toLowerCase()
    const active = users.filter((user) => user.active)
    const found = active.filter(({ name, email }) => same(name) || same(email))
    const [only, ...more] = found
    if (only === undefined) throw refusal.noSuchAgent(said, active)
    if (more.length > 0) throw refusal.manySuchAgents(said, found)
    return only.id
  })
  return [...new Set(ids)]
}

/** Two routes that both had an agent's tasks would each make their own of it. Routes for everybody do so on purpose. */
async function refuseClaimed(tx: Tx, route: RouteRow, crm: string, assignees: AssigneeScope): Promise<void> {
  const userId = (await connectionById(tx, crm)).facts?.userId ?? null
  for (const other of await routesOfConnection(tx, crm)) {
    const theirs = other.policy.assignees
    // Several that are for the key's own user were made before agents could be named.
    if (other.id === route.id || (typeof theirs === 'string' && typeof assignees === 'string')) continue
    const user = claimedByBoth({ assignees, userId }, { assignees: theirs, userId })
    if (user === undefined) continue
    const known = (await accountUsers(tx, crm)).find(({ id }) => id === user)
    throw refusal.agentClaimed(user === null ? null : (known?.name ?? user), other.name)
  }
}

/** Tasks that were nobody's may be somebody's now: everything is looked at once more, also what was let go. */
async function lookAnew(tx: Tx, crm: string): Promise<void> {
  await forgetCursor(tx, { connectionId: crm, stream: TASK_STREAM })
  const routes = await routesOfConnection(tx, crm)
  await wakeReassigned(
    tx,
    routes.map(({ id }) => id),
  )
}

async function sideWithUsers(sql: Db | Tx, deps: Pick<Deps, 'providers'>, route: Which): Promise<Side> {
  for (const side of SIDES) {
    const { provider } = await connectionById(sql, connectionOf(route, side))
    if (providerOf(deps, provider).users !== undefined) return side
  }
  throw refusal.noAgentsHere(route.name)
}
