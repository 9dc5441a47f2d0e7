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
import { standingMappings } from '../../activities/mapping-state.ts'
import { UserError } from '../../config/errors.ts'
import { NAME_RULES, type NameRule, narrower } from '../../core/list-map.ts'
import { DIRECTIONS, type Direction, type Side } from '../../core/policy.ts'
import { listNames } from '../../store/list-names.ts'
import type { Mapping } from '../../store/mappings.ts'
import { allRoutes, connectionOf, type RouteRow, routeById } from '../../store/routes.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { brokenLines, flowWords, mappedWords, namedWords, standingLines } from '../mapping-lines.ts'
import { routeNamed } from '../route-named.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { routeNames, type SideNames } from '../side-names.ts'
import { type Column, tableLines } from '../terminal/table.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
export type MapFlags = JsonFlag & {
  readonly dryRun?: boolean
  readonly direction: Direction
  readonly names?: NameRule
  readonly create?: boolean
}

const COLUMNS: readonly Column[] = [{ head: 'mapping' }, { head: 'route' }, { head: 'lists', shrinks: true }]

const named = () =>
  new Option('--names <side>', 'whose list gives both their name; own: each has its own').choices(NAME_RULES)
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
    .addOption(named())
    .option('--create', 'make the list on the side where it is missing; [right] left out: by the same name')
    .option('--dry-run', 'show what would be mapped; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action((route: string, left: string, right: string | undefined, flags: MapFlags) =>
      answer((deciding) => add(deciding, { route, left, right }, flags), flags),
    )
  map
    .command('edit <mapping>')
    .description('let a mapping flow another way, or go by other names')
    .addOption(direction())
    .addOption(named())
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
  const mappings = await standingMappings(db, null)
  const zone = await shownZone(db)
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
  const [head = '', ...rows] = tableLines(
    COLUMNS,
    mappings.map((one) => [
      one.id,
      routeOf(one),
      `${mappedWords(one, wayOf(one), names.byId(one.routeId))}${namedWords(one.names, names.byId(one.routeId))}`,
    ]),
  )
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
        names: mapping.names,
        broken: mapping.broken,
        inStep: mapping.inStep,
        lastSyncAt: mapping.lastSyncAt,
        lastError: mapping.lastError,
        pending: mapping.pending,
        waiting: mapping.waiting,
        failed: mapping.failed,
      })),
    },
    lines:
      mappings.length === 0
        ? [`No lists are mapped: ${quoted('map add')} maps two.`]
        : inZone(
            [
              head,
              ...mappings.flatMap((one, at) => [
                rows[at] ?? '',
                ...standingLines(one, zone),
                ...brokenLines(one, routeOf(one), names.byId(one.routeId)),
              ]),
            ],
            zone,
          ),
    outcome: 0,
  }
}

export async function add(
  deciding: Deciding,
  given: { readonly route: string; readonly left: string; readonly right?: string | undefined },
  { dryRun = false, direction: way, names: rule = 'own', create = false }: MapFlags,
): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, given.route)
  const request = { left: given.left, right: given.right ?? given.left, direction: way, names: rule }
  const done = create
    ? await addMappingMaking(deciding, route, request, { dryRun })
    : await addMappingOnce(deciding, route, request, { dryRun })
  if (done.kind === 'would-make') return wouldMake(route.name, done)
  const { mapping, left, right } = done
  const lists = { left: left.remoteId, right: right.remoteId, direction: way }
  const names = (await routeNames(deciding.deps)).byId(route.id)
  if (done.kind === 'before') return mappedBefore(route, mapping, names)
  const { matched, told } = done
  const head = `${mappedWords(lists, narrower(route.policy.direction, way), names)}${namedWords(rule, names)} on route ${route.name}.`
  return {
    json: { mapping: mapping.id, route: route.name, ...lists, names: rule },
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
    json: { mapping: id, route, left, right, direction: way, names: mapping.names },
    lines: [
      `${lists} on route ${route}: they are mapped already, as mapping ${id}.`,
      `${quoted(`map edit ${id}`)} changes which way it flows (--direction), and by whose name it goes (--names).`,
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
  {
    dryRun = false,
    direction,
    names: rule,
  }: Omit<MapFlags, 'direction'> & { readonly direction?: Direction },
): Promise<Answer> {
  const mapping = await mappingNumbered(deciding.deps.db, id)
  if (direction === undefined && rule === undefined) throw noChange(id)
  const { told } = await changeMapping(deciding, mapping, { direction, names: rule }, { dryRun })
  const way = direction ?? mapping.direction
  const { policy } = await routeById(deciding.deps.db, mapping.routeId)
  const flows = narrower(policy.direction, way)
  const names = (await routeNames(deciding.deps)).byId(mapping.routeId)
  const lists = mappedWords(mapping, flows, names)
  const less = flows === way ? '' : `, as its route flows ${flowWords(policy.direction)}`
  const head = `Mapping ${id}, ${lists}, flows ${flowWords(flows)}${less}${namedWords(rule ?? mapping.names, names)}.`
  return {
    json: { mapping: id, direction: way, names: rule ?? mapping.names },
    lines: dryRun ? [DRY, head] : [head],
    outcome: told,
  }
}

function noChange(id: string): UserError {
  return new UserError({
    code: 'NOTHING_TO_CHANGE',
    message: `Nothing was said that is to change of mapping ${id}.`,
    hints: [`Give --direction ${DIRECTIONS.join(', ')}, or --names ${NAME_RULES.join(', ')}.`],
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
