import { type Command, Option } from 'commander'
import type { MissingList } from '../../activities/make-list.ts'
import {
  addMappingMaking,
  addMappingOnce,
  changeMapping,
  endMapping,
  type MatchedWhen,
} from '../../activities/manage/mappings.ts'
import { mappingNumbered } from '../../activities/map-lists.ts'
import { UserError } from '../../config/errors.ts'
import { narrower } from '../../core/list-map.ts'
import { DIRECTIONS, type Direction, type Side } from '../../core/policy.ts'
import { listNames } from '../../store/list-names.ts'
import { type Mapping, mappingsOf } from '../../store/mappings.ts'
import { allRoutes, connectionOf, type RouteRow, routeById } from '../../store/routes.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { brokenLines, flowWords, mappedWords } from '../mapping-lines.ts'
import { routeNamed } from '../route-named.ts'
import { routeNames, type SideNames } from '../side-names.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
export type MapFlags = JsonFlag & {
  readonly dryRun?: boolean
  readonly direction: Direction
  readonly create?: boolean
}

const direction = () => new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS)

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
    .addOption(direction().default('both'))
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
    .action((id: string, flags: Omit<MapFlags, 'direction'> & { readonly direction?: Direction }) =>
      answer((deciding) => edit(deciding, id, flags), flags),
    )
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
  const wayOf = ({ routeId, direction: way }: Mapping) =>
    narrower(routes.find(({ id }) => id === routeId)?.policy.direction ?? 'both', way)
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
        broken: mapping.broken,
      })),
    },
    lines:
      mappings.length === 0
        ? [`No lists are mapped: ${quoted('map add')} maps two.`]
        : mappings.flatMap((one) => [
            `${one.id}  ${routeOf(one)}  ${mappedWords(one, wayOf(one), names.byId(one.routeId))}`,
            ...brokenLines(one, routeOf(one), names.byId(one.routeId)),
          ]),
    outcome: 0,
  }
}

export async function add(
  deciding: Deciding,
  given: { readonly route: string; readonly left: string; readonly right?: string | undefined },
  { dryRun = false, direction: way, create = false }: MapFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, given.route)
  const request = { left: given.left, right: given.right ?? given.left, direction: way }
  const done = create
    ? await addMappingMaking(deciding, route, request, { dryRun })
    : await addMappingOnce(deciding, route, request, { dryRun })
  if (done.kind === 'would-make') return wouldMake(route.name, done)
  const { mapping, left, right } = done
  const lists = { left: left.remoteId, right: right.remoteId, direction: way }
  const names = (await routeNames(deciding.deps)).byId(route.id)
  if (done.kind === 'before') return mappedBefore(route, mapping, names)
  const { matched, told } = done
  const head = `${mappedWords(lists, narrower(route.policy.direction, way), names)} on route ${route.name}.`
  return {
    json: { mapping: mapping.id, route: route.name, ...lists },
    lines: dryRun ? [DRY, head] : [head, nextWords(route.name, matched)],
    outcome: told,
  }
}

function nextWords(route: string, matched: MatchedWhen): string {
  switch (matched) {
    case 'now':
      return 'Tasks that are in both are matched first; the others follow.'
    case 'resumed':
      return `Once the route goes on (${quoted(`route resume ${route}`)}), tasks that are in both are matched first; the others follow.`
    case 'first-sync':
      return `Next: map more lists, or ${quoted(`route start ${route}`)} begins the first sync.`
  }
}

function mappedBefore({ name: route, policy }: RouteRow, mapping: Mapping, names: SideNames): Answer {
  const { id, left, right, direction: way } = mapping
  const lists = mappedWords(mapping, narrower(policy.direction, way), names)
  return {
    json: { mapping: id, route, left, right, direction: way },
    lines: [
      `${lists} on route ${route}: they are mapped already, as mapping ${id}.`,
      `${quoted(`map edit ${id} --direction <way>`)} changes which way it flows.`,
    ],
    outcome: 0,
  }
}

function wouldMake(route: string, { missing, name, there }: MissingList): Answer {
  return {
    json: { route, made: { side: missing, name }, [missing === 'left' ? 'right' : 'left']: there.remoteId },
    lines: [
      DRY,
      `The list “${name}” is made on the ${missing}, and mapped to “${there.name}” on route ${route}.`,
    ],
    outcome: 0,
  }
}

export async function edit(
  deciding: Deciding,
  id: string,
  { dryRun = false, direction: way }: Omit<MapFlags, 'direction'> & { readonly direction?: Direction },
): Promise<Answer> {
  const mapping = await mappingNumbered(deciding.deps.db, id)
  if (way === undefined) throw noDirection(id)
  const { told } = await changeMapping(deciding, mapping, way, { dryRun })
  const { policy } = await routeById(deciding.deps.db, mapping.routeId)
  const flows = narrower(policy.direction, way)
  const lists = mappedWords(mapping, flows, (await routeNames(deciding.deps)).byId(mapping.routeId))
  const less = flows === way ? '' : `, as its route flows ${flowWords(policy.direction)}`
  const head = `Mapping ${id}, ${lists}, flows ${flowWords(flows)}${less}.`
  return {
    json: { mapping: id, direction: way },
    lines: dryRun ? [DRY, head] : [head],
    outcome: told,
  }
}

function noDirection(id: string): UserError {
  return new UserError({
    code: 'NOTHING_TO_CHANGE',
    message: `Nothing was said that is to change of mapping ${id}.`,
    hints: [`Give --direction ${DIRECTIONS.join(', ')}.`],
    exitCode: 2,
  })
}

export async function remove(
  deciding: Deciding,
  id: string,
  { dryRun = false }: { readonly dryRun?: boolean },
): Promise<Answer> {
  const mapping = await mappingNumbered(deciding.deps.db, id)
  const { told } = await endMapping(deciding, mapping, { dryRun })
  const { policy } = await routeById(deciding.deps.db, mapping.routeId)
  const lists = mappedWords(
    mapping,
    narrower(policy.direction, mapping.direction),
    (await routeNames(deciding.deps)).byId(mapping.routeId),
  )
  const head = `Mapping ${id}, ${lists}, is removed; the tasks of both lists stay.`
  return { json: { mapping: id }, lines: dryRun ? [DRY, head] : [head], outcome: told }
}
