import { type Command, Option } from 'commander'
import { findList } from '../../activities/find-list.ts'
import { listsToMap, type MissingList, makeMissing } from '../../activities/make-list.ts'
import {
  mapLists,
  mappedLists,
  mappingBetween,
  redirectMapping,
  unmapLists,
} from '../../activities/map-lists.ts'
import * as refusal from '../../activities/route-refusals.ts'
import { DIRECTIONS, type Direction } from '../../core/policy.ts'
import { settleDraft } from '../../store/containers.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { type Mapping, mappingsOf } from '../../store/mappings.ts'
import { allRoutes, routeById } from '../../store/routes.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { routeNamed } from '../route-named.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
export type MapFlags = JsonFlag & {
  readonly dryRun?: boolean
  readonly direction: Direction
  readonly create?: boolean
}

const direction = () =>
  new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS).default('both')

export function addMap(program: Command, finish: (outcome: Outcome) => void): void {
  const map = program.command('map').description('lists of two task apps that are kept in step')
  const answer = async (work: (deciding: Deciding) => Promise<Answer>, { json }: JsonFlag) =>
    finish(await decide(async (deciding) => say(await work(deciding), json)))
  map
    .command('list')
    .description('every mapping')
    .option('--json', 'one JSON document on stdout')
    .action((flags: JsonFlag) => answer(list, flags))
  map
    .command('add <route> <left> [right]')
    .description('keep a list of the left in step with one of the right; each by its name or id')
    .addOption(direction())
    .option('--create', 'make the list on the side where it is missing; [right] left out: by the same name')
    .option('--dry-run', 'show what would be mapped; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, left: string, right: string | undefined, flags: MapFlags) =>
      answer((deciding) => add(deciding, { route, left, right }, flags), flags),
    )
  map
    .command('edit <mapping>')
    .description('let a mapping flow another way')
    .addOption(direction())
    .option('--dry-run', 'show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((id: string, flags: MapFlags) => answer((deciding) => edit(deciding, id, flags), flags))
  map
    .command('remove <mapping>')
    .description('end a mapping; the tasks of both lists stay')
    .option('--dry-run', 'show what would be removed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((id: string, flags: JsonFlag & { readonly dryRun?: boolean }) =>
      answer((deciding) => remove(deciding, id, flags), flags),
    )
}

export async function list({ deps: { db } }: Pick<Deciding, 'deps'>): Promise<Answer> {
  const routes = await allRoutes(db)
  const mappings = (await mappingsOf(db, null)).map(
    ({ id, routeId, left, right, direction: way, broken }) => ({
      mapping: id,
      route: routes.find((route) => route.id === routeId)?.name ?? routeId,
      left,
      right,
      direction: way,
      broken,
    }),
  )
  return {
    json: { mappings },
    lines:
      mappings.length === 0
        ? [`No lists are mapped: ${quoted('map add')} maps two.`]
        : mappings.flatMap((one) => [
            `${one.mapping}  ${one.route}  ${one.left} ${ARROWS[one.direction]} ${one.right}`,
            ...brokenLines(one),
          ]),
    outcome: 0,
  }
}

/** What is wrong with a mapping, and what to do about it. */
function brokenLines({
  route,
  mapping,
  left,
  right,
  broken,
}: Pick<Mapping, 'left' | 'right' | 'broken'> & {
  readonly route: string
  readonly mapping: string
}): string[] {
  if (broken === null) return []
  const { side, state } = broken
  const stays = side === 'left' ? `<list> ${right}` : `${left} <list>`
  return [
    `    broken: the list on the ${side} is ${state === 'gone' ? 'deleted' : 'archived'}; the tasks of the other side stay, and are in step no more.`,
    state === 'gone'
      ? `    Another list in its place: ${quoted(`map add ${route} ${stays}`)}; no more of it: ${quoted(`map remove ${mapping}`)}.`
      : `    Take it out of the archive, and they are linked again; no more of it: ${quoted(`map remove ${mapping}`)}.`,
  ]
}

const ARROWS: Readonly<Record<Direction, string>> = { both: '↔', toLeft: '←', toRight: '→', off: '|' }

export async function add(
  deciding: Deciding,
  given: { readonly route: string; readonly left: string; readonly right?: string | undefined },
  { dryRun = false, direction: way, create = false }: MapFlags,
): Promise<Answer> {
  const { deps, secretKey, signal } = deciding
  const route = await routeNamed(deps.db, given.route)
  await mappedLists(deps.db, deps, route)
  const all = { ...deps, secretKey: await secretKey(), wakeTasks: async () => undefined }
  const asked = { left: given.left, right: given.right ?? given.left }
  const wanted = create
    ? await listsToMap(all, route, asked, signal)
    : {
        left: await findList(all, { connectionId: route.leftId, side: 'left', text: asked.left }, signal),
        right: await findList(all, { connectionId: route.rightId, side: 'right', text: asked.right }, signal),
        missing: null,
        draft: null,
      }
  if (wanted.missing !== null && dryRun) return wouldMake(route.name, wanted)
  const { left, right, draft } =
    wanted.missing === null ? wanted : await makeMissing(all, route, wanted, signal)
  const lists = { left: left.remoteId, right: right.remoteId, direction: way }
  const there = create ? await mappingBetween(deps.db, route, lists) : undefined
  if (there !== undefined) return mappedBefore(route.name, there, left.name, right.name)
  const mapping = await (dryRun ? onTrial : inTransaction)(deps.db, async (tx) => {
    if (draft !== null) await settleDraft(tx, draft.id, draft.side, draft.remoteId)
    return mapLists(tx, deps, route, lists)
  })
  const now = await routeById(deps.db, route.id)
  const begins = now.state === 'matching' || now.state === 'active'
  const outcome = dryRun || !begins ? 0 : await deciding.fill(now)
  const head = `${left.name} ${ARROWS[way]} ${right.name} on route ${route.name}.`
  const next = begins
    ? 'Tasks that are in both are matched first; the others follow.'
    : `Next: map more lists, or ${quoted(`route start ${route.name}`)} begins the first sync.`
  return {
    json: { mapping: mapping.id, route: route.name, ...lists },
    lines: dryRun ? [DRY, head] : [head, next],
    outcome,
  }
}

function mappedBefore(
  route: string,
  { id, left, right, direction: way }: Mapping,
  ...names: readonly [string, string]
): Answer {
  return {
    json: { mapping: id, route, left, right, direction: way },
    lines: [`${names.join(` ${ARROWS[way]} `)} on route ${route}: they are mapped already.`],
    outcome: 0,
  }
}

function wouldMake(route: string, { missing, name, there }: MissingList): Answer {
  return {
    json: { route, made: { side: missing, name }, [missing === 'left' ? 'right' : 'left']: there.remoteId },
    lines: [
      DRY,
      `The list ${name} is made on the ${missing}, and mapped to ${there.name} on route ${route}.`,
    ],
    outcome: 0,
  }
}

export async function edit(
  { deps, fill, nudge }: Deciding,
  id: string,
  { dryRun = false, direction: way }: MapFlags,
): Promise<Answer> {
  const mapping = await mappingNumbered(deps, id)
  await (dryRun ? onTrial : inTransaction)(deps.db, (tx) => redirectMapping(tx, mapping, way))
  const route = await routeById(deps.db, mapping.routeId)
  const again = mapping.direction === 'off' && way !== 'off'
  const outcome = dryRun ? 0 : again ? await fill(route) : await nudge([route.leftId, route.rightId])
  const head = `Mapping ${id} flows ${way === 'both' ? 'both ways' : way === 'off' ? 'no more' : way}.`
  return {
    json: { mapping: id, direction: way },
    lines: dryRun ? [DRY, head] : [head],
    outcome,
  }
}

export async function remove(
  { deps, nudge }: Deciding,
  id: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<Answer> {
  const mapping = await mappingNumbered(deps, id)
  const route = await (dryRun ? onTrial : inTransaction)(deps.db, (tx) => unmapLists(tx, mapping))
  const outcome = dryRun ? 0 : await nudge([route.leftId, route.rightId])
  const head = `Mapping ${id} is removed; the tasks of both lists stay.`
  return { json: { mapping: id }, lines: dryRun ? [DRY, head] : [head], outcome }
}

async function mappingNumbered({ db }: Pick<Deciding['deps'], 'db'>, id: string): Promise<Mapping> {
  const found = (await mappingsOf(db, null)).find((one) => one.id === id)
  if (found === undefined) throw refusal.noSuchMapping(id)
  return found
}
