import { UserError } from '../../config/errors.ts'
import {
  type ContainerRow,
  changeContainer,
  containersOfRoute,
  lockGeneral,
  resetContainer,
} from '../../store/containers.ts'
import type { Tx } from '../../store/database.ts'
import { lockDealHome } from '../../store/deal-homes.ts'
import {
  decideHome,
  type HomeConflict,
  homeConflicts,
  letGoWithHome,
  pairsGoneWithHome,
  pairsOfDeal,
} from '../../store/home-conflicts.ts'
import { lockPairs, savePairs } from '../../store/pairs.ts'
import type { DecideDeps } from '../pair-picture.ts'
import { relinkPair } from '../relink.ts'
import { loadRouteById, type RouteContext } from '../route-context.ts'
import { bringListBack, isLost, listsGone, unarchive } from './bring-back.ts'
import * as refusal from './deal-refusals.ts'

export const HOME_CHOICES = ['restore', 'let-go'] as const
export type HomeChoice = (typeof HOME_CHOICES)[number]

/** `pairs`: tasks that come back, or are let go. `left`: pairs that cannot be linked again, and why. */
export type HomeResolution = {
  readonly conflict: HomeConflict
  readonly decision: HomeChoice
  readonly pairs: readonly string[]
  readonly left: readonly { readonly pair: string; readonly why: string }[]
}

/**
 * A person says what becomes of a deal whose section is gone (sync-rules §5). `restore`: it is taken out of the archive, or
 * made anew, and its tasks come back. `let-go`: its tasks are let go, and later ones of the deal lie in General. What was let go
 * can be restored later. `route`: the name of one, where several file by that deal. Throws UserError (exit code 2).
 */
export async function resolveHome(
  tx: Tx,
  deps: DecideDeps,
  {
    dealId,
    route,
    choice,
  }: { readonly dealId: string; readonly route: string | null; readonly choice: string },
): Promise<HomeResolution[]> {
  const decision = HOME_CHOICES.find((one) => one === choice)
  if (decision === undefined) throw refusal.notAHomeChoice()
  const all = await homeConflicts(tx, { decided: true, dealId })
  const named = all.filter((one) => route === null || one.route === route)
  const asked = named.filter((one) => mayBe(decision, one))
  if (asked.length === 0)
    throw named.some((one) => one.decision === decision)
      ? refusal.decidedAlready(dealId, decision)
      : refusal.noSectionGone(dealId)
  const done: HomeResolution[] = []
  for (const conflict of asked) done.push(await resolveOne(tx, deps, conflict, decision))
  return done
}

/** What is restored stays so until it is gone again; what was let go may come back. */
function mayBe(choice: HomeChoice, { decision }: HomeConflict): boolean {
  return decision === null || (decision === 'let-go' && choice === 'restore')
}

async function resolveOne(
  tx: Tx,
  deps: DecideDeps,
  conflict: HomeConflict,
  decision: HomeChoice,
): Promise<HomeResolution> {
  const { routeId, dealId } = conflict
  // In the order of whoever plans its tasks, and then the deal.
  await lockPairs(tx, await pairsOfDeal(tx, routeId, dealId))
  await lockGeneral(tx, routeId)
  await lockDealHome(tx, routeId, dealId)
  const route = await loadRouteById(tx, deps, routeId)
  const homes = await homesOf(tx, conflict)
  if (decision === 'restore') {
    for (const { section, project } of homes) await bringBack(tx, route, section, project)
    for (const list of await listsGone(tx, route, conflict)) await bringListBack(tx, route, list)
  }
  const tasks =
    decision === 'restore'
      ? await linkAgain(tx, deps, conflict)
      : { pairs: await letGoWithHome(tx, conflict, await forget(tx, homes)), left: [] }
  await decideHome(tx, conflict, decision)
  return { conflict, decision, ...tasks }
}

type Lost = { readonly section: ContainerRow; readonly project: ContainerRow | null }

/** The sections of a deal that are gone, or lie in a project that is, and the projects around them. */
async function homesOf(tx: Tx, { routeId, dealId }: HomeConflict): Promise<Lost[]> {
  const rows = await containersOfRoute(tx, routeId)
  return rows
    .filter(({ role, subject }) => role === 'deal' && subject === dealId)
    .map((section) => ({ section, project: rows.find(({ id }) => id === section.parentId) ?? null }))
    .filter(({ section, project }) => isLost(section) || (project !== null && isLost(project)))
}

/** What is in an archive is taken out of it as any home that is needed again; what was deleted is made anew when it is needed. */
async function bringBack(
  tx: Tx,
  route: RouteContext,
  section: ContainerRow,
  project: ContainerRow | null,
): Promise<void> {
  if (project?.state === 'gone') await resetContainer(tx, project.id)
  if (project?.state === 'archived') await unarchive(tx, route, project)
  if (section.state === 'gone') await resetContainer(tx, section.id)
  if (section.state === 'archived') await changeContainer(tx, section.id, { putAway: true })
}

/** As if they had never been made, or we had put them away ourselves. Gives back the remote ids of where tasks lay. */
async function forget(tx: Tx, homes: readonly Lost[]): Promise<string[]> {
  for (const { section } of homes) {
    if (section.state === 'gone') await resetContainer(tx, section.id)
    else await changeContainer(tx, section.id, { putAway: true })
  }
  return homes.flatMap(({ section }) => section.remoteId ?? [])
}

async function linkAgain(
  tx: Tx,
  deps: DecideDeps,
  { routeId, dealId }: HomeConflict,
): Promise<Pick<HomeResolution, 'pairs' | 'left'>> {
  const pairs: string[] = []
  const left: { pair: string; why: string }[] = []
  for (const id of await pairsGoneWithHome(tx, routeId, dealId))
    try {
      await relinkPair(tx, deps, id)
      pairs.push(id)
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      left.push({ pair: id, why: error.message })
    }
  // Where they lie from now on is for their next plan to say.
  await savePairs(
    tx,
    (await lockPairs(tx, pairs)).map((pair) => ({ ...pair, place: null, movedBack: null })),
  )
  return { pairs, left }
}
