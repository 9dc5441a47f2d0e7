import type { AddedRoute } from '../activities/route-admin.ts'
import { narrower } from '../core/list-map.ts'
import { accountUsers } from '../store/account-users.ts'
import { mappingsOf } from '../store/mappings.ts'
import type { RouteRow } from '../store/routes.ts'
import { agentWords } from './agent-flags.ts'
import { quoted } from './command-name.ts'
import { flowWords, mappedWords } from './mapping-lines.ts'
import { type NamingDeps, routeNames, type SideNames } from './side-names.ts'

/** What became of `route add`: which side is which, which way tasks flow, and what of earlier times is in force again. */
export async function addedLines(
  deps: NamingDeps,
  { route, back, turned, mapped }: AddedRoute,
  { left }: { readonly left: string },
): Promise<string[]> {
  const names = (await routeNames(deps)).byId(route.id)
  const again = back && mapped ? await mappingsOf(deps.db, route.id) : []
  return [
    back
      ? `Route ${route.name} is there again; what was in step is linked again.`
      : `Route ${route.name} is added.`,
    `Left: ${names.left}, right: ${names.right}; tasks flow ${flowWords(route.policy.direction)}. Times of day are those of ${route.policy.zone}.`,
    ...(await whoseLines(deps, route)),
    ...(turned ? [turnedLine(names, mapped)] : []),
    ...again.map(
      (one) =>
        `Mapped again: ${mappedWords(one, narrower(route.policy.direction, one.direction), names)} (mapping ${one.id}).`,
    ),
    nextLine(route.name, mapped, again.length > 0, left),
  ]
}

async function whoseLines({ db }: NamingDeps, { leftId, policy }: RouteRow): Promise<string[]> {
  const whose = agentWords(policy.assignees, await accountUsers(db, leftId))
  return typeof policy.assignees === 'string' || whose === null ? [] : [`It has ${whose}.`]
}

function turnedLine({ left }: SideNames, mapped: boolean): string {
  const why = mapped ? 'as it was before the removal' : 'as a CRM always is'
  return `${left} is on the left, ${why}: what you said of left and right is turned round with the sides.`
}

function nextLine(name: string, mapped: boolean, again: boolean, left: string): string {
  const map = `${quoted(`map add ${name} <list> <list>`)}${again ? ' maps more' : ''}; ${quoted(`connect lists ${left}`)} shows the lists.`
  if (mapped && !again) return `Next: ${map}`
  const start = `Next: ${quoted('plan')} shows what the first sync would write, ${quoted(`route start ${name}`)} begins it.`
  return mapped ? `${start} ${map}` : start
}
