import { type Command, InvalidArgumentError, Option } from 'commander'
import { connectionNamed } from '../../activities/connect.ts'
import { endRoute, makeRoute, type StartedRoute, startRoute } from '../../activities/manage/routes.ts'
import { FIRST_SYNC_FORM, readFirstSync } from '../../core/first-sync.ts'
import { CONFLICT_RULES, DELETE_RULES, DIRECTIONS, type FirstSyncRule } from '../../core/policy.ts'
import { inTransaction } from '../../store/database.ts'
import { forgetRemoved } from '../../store/forget.ts'
import { withAgentFlags } from '../agent-flags.ts'
import { type Answer, DRY, say } from '../answer.ts'
import { requireYes } from '../ask.ts'
import { quoted } from '../command-name.ts'
import { withDealFlags } from '../deal-flags.ts'
import { type Deciding, decide } from '../deciding.ts'
import { addedLines } from '../route-lines.ts'
import { routeNamed } from '../route-named.ts'
import { type EditFlags, type PolicyFlags, policyChange } from './route-edit.ts'
import { editOrOpen } from './route-editor.ts'
import type { Outcome } from './shared.ts'

type JsonFlag = { readonly json?: boolean }
type ChangeFlags = JsonFlag & { readonly dryRun?: boolean }
type RemoveFlags = ChangeFlags & { readonly forget?: boolean }
type StartFlags = JsonFlag & { readonly yes?: boolean }

/** The commands that make, change and remove routes, below `route`. */
export function addRouteAdmin(route: Command, finish: (outcome: Outcome) => void): void {
  withAgentFlags(
    route
      .command('add <name> <left> <right>')
      .description('keep two connections in step; a CRM is always on the left'),
  )
    .addOption(new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS))
    .addOption(new Option('--conflicts <rule>', 'which edit wins').choices(CONFLICT_RULES))
    .addOption(new Option('--delete-left <rule>', 'what a deletion on the left does').choices(DELETE_RULES))
    .addOption(new Option('--delete-right <rule>', 'what a deletion on the right does').choices(DELETE_RULES))
    .option(
      '--zone <zone>',
      'time zone (IANA) of the person whose tasks these are (default: that of an account, else of another route)',
    )
    .option('--first-sync <rule>', FIRST_SYNC, firstSyncFlag)
    .addOption(onOff('--comments <on|off>', COMMENTS))
    .addOption(onOff('--notes <on|off>', NOTES))
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
  withAgentFlags(
    withDealFlags(
      route
        .command('edit <route>')
        .description('change what a route does; with no word of what, its file opens in your editor')
        .option('--file <file>', 'what a YAML file says of it (-: standard input); what it leaves out stays'),
    ),
  )
    .addOption(new Option('--direction <way>', 'which way tasks flow').choices(DIRECTIONS))
    .addOption(new Option('--conflicts <rule>', 'which edit wins').choices(CONFLICT_RULES))
    .addOption(new Option('--delete-left <rule>', 'what a deletion on the left does').choices(DELETE_RULES))
    .addOption(new Option('--delete-right <rule>', 'what a deletion on the right does').choices(DELETE_RULES))
    .option('--zone <zone>', 'time zone (IANA) of the person whose tasks these are')
    .option('--first-sync <rule>', FIRST_SYNC, firstSyncFlag)
    .addOption(onOff('--comments <on|off>', COMMENTS))
    .addOption(onOff('--notes <on|off>', NOTES))
    .option('--dry-run', 'show what would be changed; change nothing')
    .option('--json', 'one JSON document on stdout')
    .action(async (name: string, flags: EditFlags) =>
      finish(await decide(async (deciding) => say(await editOrOpen(deciding, name, flags), flags.json))),
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

const COMMENTS = 'whether comments in the task app become notes on the person in the CRM'
const NOTES = 'whether each task has a note on its person in the CRM that tells of it'

const FIRST_SYNC = `which open tasks the first sync lets in that are on one side only: ${FIRST_SYNC_FORM}`

/** Of a flag that takes the rule of a first sync. */
function firstSyncFlag(text: string): FirstSyncRule {
  const rule = readFirstSync(text)
  if (rule === null) throw new InvalidArgumentError(`Give ${FIRST_SYNC_FORM}, e.g. dueSince:30.`)
  return rule
}

function onOff(flag: string, help: string): Option {
  return new Option(flag, help).choices(['on', 'off'])
}

export async function add(
  deciding: Deciding,
  given: { readonly name: string; readonly left: string; readonly right: string },
  flags: PolicyFlags,
): Promise<Answer> {
  const { deps } = deciding
  const { id: leftId } = await connectionNamed(deps, given.left)
  const { id: rightId } = await connectionNamed(deps, given.right)
  const request = { name: given.name, leftId, rightId, policy: policyChange(flags) }
  const added = await makeRoute(deciding, request)
  const { route, back } = added
  return {
    json: { route: route.name, state: route.state, back, turned: added.turned, policy: route.policy },
    lines: await addedLines(deps, added, given),
    outcome: 0,
  }
}

export async function start(deciding: Deciding, name: string, { yes = false }: StartFlags): Promise<Answer> {
  const route = await routeNamed(deciding.deps.db, name)
  if (route.state !== 'draft') return begunBefore(await startRoute(deciding, route))
  const shown = `${quoted('plan')} shows what the first sync of ${name} would write.`
  if (!yes) await requireYes(deciding.signal, [shown], `The first sync of ${name} has not begun.`)
  const started = await startRoute(deciding, route)
  if (!started.begun) return begunBefore(started)
  return {
    json: { route: name, state: 'matching', begun: true },
    lines: [`The first sync of ${name} begins; ${quoted('status --wait')} returns when it is settled.`],
    outcome: started.told,
  }
}

function begunBefore({ route: { name, state, filledAt }, told }: StartedRoute): Answer {
  const since = filledAt === null ? '; it goes on' : ', and is done'
  return {
    json: { route: name, state, begun: false },
    lines: [`The first sync of ${name} has begun already${since}: the route is ${state}.`],
    outcome: told,
  }
}

export async function remove(
  { deps }: Pick<Deciding, 'deps'>,
  name: string,
  { dryRun = false, forget = false }: RemoveFlags,
): Promise<Answer> {
  const route = await routeNamed(deps.db, name)
  const { lists } = await endRoute({ deps }, route, { dryRun, forget })
  if (forget && !dryRun) await inTransaction(deps.db, (tx) => forgetRemoved(tx, null))
  const lines = [
    `Route ${name} is removed${lists === 0 ? '' : `, with ${lists} mapped lists`}; the tasks of both sides stay.`,
    'Added again, it links what is still on both sides.',
  ]
  return { json: { route: name, lists }, lines: dryRun ? [DRY, ...lines] : lines, outcome: 0 }
}
