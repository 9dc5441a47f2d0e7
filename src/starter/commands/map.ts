import { type Command, Option } from 'commander'
import { addMapping, changeMapping, endMapping } from '../../activities/manage/mappings.ts'
import { mappingNumbered } from '../../activities/map-lists.ts'
import { DIRECTIONS, type Direction, type Side } from '../../core/policy.ts'
import { listNames } from '../../store/list-names.ts'
import { type Mapping, mappingsOf } from '../../store/mappings.ts'
import { allRoutes, connectionOf } from '../../store/routes.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { flowWords, mappedWords } from '../mapping-lines.ts'
import { routeNamed } from '../route-named.ts'
import { routeNames } from '../side-names.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
export type MapFlags = JsonFlag & { readonly dryRun?: boolean; readonly direction: Direction }

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
    .command('add <route> <left> <right>')
    .description('keep a list of the left in step with one of the right; each by its name or id')
    .addOption(direction())
    .option('--dry-run', 'show what would be mapped; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, left: string, right: string, flags: MapFlags) =>
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

export async function list({ deps }: Pick<Deciding, 'deps'>): Promise<Answer> {
  const { db } = deps
  const routes = await allRoutes(db)
  const names = await routeNames(deps)
  const mappings = await mappingsOf(db, null)
  const routeOf = ({ routeId }: Mapping) => routes.find((route) => route.id === routeId)?.name ?? routeId
  const known = new Map(
    (await listNames(db)).map(({ connectionId, remoteId, name }) => [`${connectionId}/${remoteId}`, name]),
  )
  const nameOf = (mapping: Mapping, side: Side) => {
    const route = routes.find(({ id }) => id === mapping.routeId)
    return route === undefined ? null : (known.get(`${connectionOf(route, side)}/${mapping[side]}`) ?? null)
  }
  return {
    json: {
      mappings: mappings.map((mapping) => ({
        mapping: mapping.id,
        route: routeOf(mapping),
        left: mapping.left,
        right: mapping.right,
        leftName: nameOf(mapping, 'left'),
        rightName: nameOf(mapping, 'right'),
        direction: mapping.direction,
      })),
    },
    lines:
      mappings.length === 0
        ? [`No lists are mapped: ${quoted('map add')} maps two.`]
        : mappings.map(
            (one) =>
              `${one.id}  ${routeOf(one)}  ${mappedWords(one, one.direction, names.byId(one.routeId))}`,
          ),
    outcome: 0,
  }
}

export async function add(
  deciding: Deciding,
  given: { readonly route: string; readonly left: string; readonly right: string },
  { dryRun = false, direction: way }: MapFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, given.route)
  const request = { left: given.left, right: given.right, direction: way }
  const { mapping, left, right, begins, told } = await addMapping(deciding, route, request, { dryRun })
  const lists = { left: left.remoteId, right: right.remoteId, direction: way }
  const words = mappedWords(lists, way, (await routeNames(deciding.deps)).byId(route.id))
  const head = `${words} on route ${route.name}.`
  const next = begins
    ? 'Tasks that are in both are matched first; the others follow.'
    : `Next: map more lists, or ${quoted(`route start ${route.name}`)} begins the first sync.`
  return {
    json: { mapping: mapping.id, route: route.name, ...lists },
    lines: dryRun ? [DRY, head] : [head, next],
    outcome: told,
  }
}

export async function edit(
  deciding: Deciding,
  id: string,
  { dryRun = false, direction: way }: MapFlags,
): Promise<Answer> {
  const mapping = await mappingNumbered(deciding.deps.db, id)
  const { told } = await changeMapping(deciding, mapping, way, { dryRun })
  const lists = mappedWords(mapping, way, (await routeNames(deciding.deps)).byId(mapping.routeId))
  const head = `Mapping ${id}, ${lists}, flows ${flowWords(way)}.`
  return {
    json: { mapping: id, direction: way },
    lines: dryRun ? [DRY, head] : [head],
    outcome: told,
  }
}

export async function remove(
  deciding: Deciding,
  id: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<Answer> {
  const mapping = await mappingNumbered(deciding.deps.db, id)
  const { told } = await endMapping(deciding, mapping, { dryRun })
  const lists = mappedWords(
    mapping,
    mapping.direction,
    (await routeNames(deciding.deps)).byId(mapping.routeId),
  )
  const head = `Mapping ${id}, ${lists}, is removed; the tasks of both lists stay.`
  return { json: { mapping: id }, lines: dryRun ? [DRY, head] : [head], outcome: told }
}
