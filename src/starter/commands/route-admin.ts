import { type Command, Option } from 'commander'
import { connectionNamed } from '../../activities/connect.ts'
import { addRoute as addRouteBetween, editRoute, removeRoute } from '../../activities/route-admin.ts'
import { UserError } from '../../config/errors.ts'
import { isZone } from '../../core/due.ts'
import {
  CONFLICT_RULES,
  type ConflictRule,
  DELETE_RULES,
  type DeleteRule,
  DIRECTIONS,
  type Direction,
  type RoutePolicy,
} from '../../core/policy.ts'
import { inTransaction, onTrial } from '../../store/database.ts'
import { forgetRemoved } from '../../store/forget.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { requireYes } from '../ask.ts'
import { quoted } from '../command-name.ts'
import { type Deciding, decide } from '../deciding.ts'
import { defaultPolicy, listPolicy } from '../default-policy.ts'
import { routeNamed } from '../route-named.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
type ChangeFlags = JsonFlag & { readonly dryRun?: boolean }
type RemoveFlags = ChangeFlags & { readonly forget?: boolean }
type StartFlags = JsonFlag & { readonly yes?: boolean }
type PolicyFlags = JsonFlag & {
  readonly direction?: Direction
  readonly conflicts?: ConflictRule
  readonly deleteLeft?: DeleteRule
  readonly deleteRight?: DeleteRule
  readonly zone?: string
}

/** The commands that make, change and remove routes, below `route`. */
export function addRouteAdmin(route: Command, finish: (outcome: Outcome) => void): void {
  route
    .command('add <name> <left> <right>')
    .description('keep two connections in step; a CRM is always on the left')
    .addOption(new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS))
    .addOption(new Option('--conflicts <rule>', 'which edit wins').choices(CONFLICT_RULES))
    .addOption(new Option('--delete-left <rule>', 'what a deletion on the left does').choices(DELETE_RULES))
    .addOption(new Option('--delete-right <rule>', 'what a deletion on the right does').choices(DELETE_RULES))
    .option('--zone <zone>', 'time zone (IANA) of the person whose tasks these are')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, left: string, right: string, flags: PolicyFlags) =>
      finish(
        await decide(async (deciding) => say(await add(deciding, { name, left, right }, flags), flags.json)),
      ),
    )
  route
    .command('start <route>')
    .description('begin the first sync of a route: what is on both sides is matched, the rest is made')
    .option('--yes', 'do not ask')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: StartFlags) =>
      finish(await decide(async (deciding) => say(await start(deciding, name, flags), flags.json))),
    )
  route
    .command('edit <route>')
    .description('change what a route does')
    .addOption(new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS))
    .addOption(new Option('--conflicts <rule>', 'which edit wins').choices(CONFLICT_RULES))
    .addOption(new Option('--delete-left <rule>', 'what a deletion on the left does').choices(DELETE_RULES))
    .addOption(new Option('--delete-right <rule>', 'what a deletion on the right does').choices(DELETE_RULES))
    .option('--zone <zone>', 'time zone (IANA) of the person whose tasks these are')
    .option('--dry-run', 'show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: PolicyFlags & ChangeFlags) =>
      finish(await decide(async (deciding) => say(await edit(deciding, name, flags), flags.json))),
    )
  route
    .command('remove <route>')
    .description('keep two connections in step no more; the tasks of both sides stay')
    .option('--forget', 'forget at once what is known of the tasks, and not only after FORGET_REMOVED_DAYS')
    .option('--dry-run', 'show what would be removed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: RemoveFlags) =>
      finish(await decide(async (deciding) => say(await remove(deciding, name, flags), flags.json))),
    )
}

export async function add(
  { deps }: Deciding,
  given: { readonly name: string; readonly left: string; readonly right: string },
  flags: PolicyFlags,
): Promise<Answer> {
  const sides = [await connectionNamed(deps, given.left), await connectionNamed(deps, given.right)]
  const zone = sides.map(({ facts }) => facts?.zone ?? null).find((one) => one !== null) ?? null
  const crm = sides.some(({ provider }) => deps.providers.get(provider)?.capabilities.needsPerson === true)
  const usual = crm ? defaultPolicy(zone) : listPolicy(zone)
  const { route, back } = await addRouteBetween(deps, { ...given, policy: withFlags(usual, flags) })
  const next = crm
    ? `Next: ${quoted('plan')} shows what the first sync would write, ${quoted(`route start ${given.name}`)} begins it.`
    : `Next: ${quoted(`map add ${given.name} <list> <list>`)}; ${quoted(`connect lists ${given.left}`)} shows the lists.`
  return {
    json: { route: route.name, state: route.state, back, policy: route.policy },
    lines: [
      back
        ? `Route ${route.name} is there again; what was in step is linked again.`
        : `Route ${route.name} is added.`,
      next,
    ],
    outcome: 0,
  }
}

export async function start(
  { deps, fill, signal }: Deciding,
  name: string,
  { yes = false }: StartFlags,
): Promise<Answer> {
  const route = await routeNamed(deps.db, name)
  if (route.state !== 'draft')
    return {
      json: { route: name, state: route.state, begun: false },
      lines: [`The first sync of ${name} has begun already: it is ${route.state}.`],
      outcome: 0,
    }
  const shown = `${quoted('plan')} shows what the first sync of ${name} would write.`
  if (!yes) await requireYes(signal, [shown], `The first sync of ${name} has not begun.`)
  const outcome = await fill(route)
  return {
    json: { route: name, state: 'matching', begun: true },
    lines: [`The first sync of ${name} begins; ${quoted('status --wait')} returns when it is settled.`],
    outcome,
  }
}

export async function edit(
  { deps, nudge }: Deciding,
  name: string,
  { dryRun = false, ...flags }: PolicyFlags & ChangeFlags,
): Promise<Answer> {
  const route = await routeNamed(deps.db, name)
  const run = dryRun ? onTrial : inTransaction
  const policy = withFlags(route.policy, flags)
  const changed = await run(deps.db, (tx) => editRoute(tx, route, policy))
  const outcome = dryRun ? 0 : await nudge([route.leftId, route.rightId])
  const { direction, conflicts, deletes } = changed.policy
  const head = `Route ${name}: direction ${direction}, conflicts ${conflicts}, deletions ${deletes.left} from the left and ${deletes.right} from the right.`
  return {
    json: { route: name, policy: changed.policy },
    lines: dryRun ? [DRY, head] : [head],
    outcome,
  }
}

export async function remove(
  { deps }: Pick<Deciding, 'deps'>,
  name: string,
  { dryRun = false, forget = false }: RemoveFlags,
): Promise<Answer> {
  const route = await routeNamed(deps.db, name)
  const run = dryRun ? onTrial : inTransaction
  const { lists } = await run(deps.db, (tx) => removeRoute(tx, route, { forget }))
  if (forget && !dryRun) await inTransaction(deps.db, (tx) => forgetRemoved(tx, null))
  const lines = [
    `Route ${name} is removed${lists === 0 ? '' : `, with ${lists} mapped lists`}; the tasks of both sides stay.`,
    'Added again, it links what is still on both sides.',
  ]
  return { json: { route: name, lists }, lines: dryRun ? [DRY, ...lines] : lines, outcome: 0 }
}

/** A policy with what was said; what was not stays as it is. */
function withFlags(policy: RoutePolicy, flags: PolicyFlags): RoutePolicy {
  const { direction, conflicts, deleteLeft, deleteRight, zone } = flags
  if (zone !== undefined && !isZone(zone)) throw noSuchZone(zone)
  return {
    ...policy,
    ...(direction === undefined ? {} : { direction }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...(zone === undefined ? {} : { zone }),
    deletes: { left: deleteLeft ?? policy.deletes.left, right: deleteRight ?? policy.deletes.right },
  }
}

function noSuchZone(zone: string): UserError {
  return new UserError({
    code: 'NO_SUCH_ZONE',
    message: `There is no time zone ${zone}.`,
    hints: ['Name one as America/New_York.'],
    exitCode: 2,
  })
}
