import { otherSide } from '../../core/policy.ts'
import type { HomesPolicy } from '../../core/stage-homes.ts'
import { adoptionsOf, agreeToAdoption, beginAdoption, endAdoption } from '../../store/adoptions.ts'
import { forgetCursor } from '../../store/cursors.ts'
import { type Db, inTransaction, type Tx } from '../../store/database.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import type { Deps } from '../deps.ts'
import { TASK_STREAM } from '../open-connection.ts'
import { projectNotUsed } from './choice-refusals.ts'
import { projectNamed } from './deal-choices.ts'
import { dealChoices, sideWithDeals } from './route-choices.ts'

type Which = Pick<RouteRow, 'id' | 'name' | 'leftId' | 'rightId' | 'policy'>

/** The projects of its user's own in which a route lets deals lie. */
export function usedProjects(policy: Pick<HomesPolicy, 'stages'> | undefined): string[] {
  const used = Object.values(policy?.stages ?? {}).flatMap((home) =>
    home.kind === 'use' ? home.project : [],
  )
  return [...new Set(used)].sort()
}

/**
 * Sees to it that what lies in projects which a route takes from now on is set aside: a complete look is asked for, and until
 * it has ended nothing that is seen there enters. One that the route does not use any more is forgotten.
 */
export async function followAdoptions(tx: Tx, deps: Pick<Deps, 'providers'>, route: Which): Promise<void> {
  const { begun, over } = await differing(tx, route)
  for (const project of over) await endAdoption(tx, route.id, project)
  if (begun.length === 0) return
  const connectionId = connectionOf(route, otherSide(await sideWithDeals(tx, deps, route)))
  for (const project of begun) await beginAdoption(tx, { routeId: route.id, connectionId, project })
  await forgetCursor(tx, { connectionId, stream: TASK_STREAM })
}

/** The same for what was written into the policy by other means. */
export async function lookAtAdoptions(deps: Pick<Deps, 'db' | 'providers'>, route: Which): Promise<void> {
  const { begun, over } = await differing(deps.db, route)
  if (begun.length + over.length === 0) return
  await inTransaction(deps.db, (tx) => followAdoptions(tx, deps, route))
}

async function differing(
  sql: Db | Tx,
  { id, policy }: Which,
): Promise<Readonly<Record<'begun' | 'over', string[]>>> {
  const used = usedProjects(policy.deals)
  const known = (await adoptionsOf(sql, id)).map(({ project }) => project)
  return {
    begun: used.filter((project) => !known.includes(project)),
    over: known.filter((project) => !used.includes(project)),
  }
}

/**
 * A person says that what lies in these projects (by name or id) is to enter: it does with the next look, which is a complete one.
 * Throws UserError (exit code 2) for one that the route does not use.
 */
export async function adoptTasksOf(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  route: Which,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return
  const { projects } = await dealChoices(tx, deps, route, null)
  const used = usedProjects(route.policy.deals)
  const theirs = projects.filter(({ id }) => used.includes(id))
  for (const name of names) {
    const { id } = projectNamed(name, projects)
    if (!used.includes(id)) throw projectNotUsed(name, theirs)
    await agreeToAdoption(tx, route.id, id)
  }
  const connectionId = connectionOf(route, otherSide(await sideWithDeals(tx, deps, route)))
  await forgetCursor(tx, { connectionId, stream: TASK_STREAM })
}
