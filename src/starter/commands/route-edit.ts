import { changeRoute } from '../../activities/manage/routes.ts'
import type { PolicyChange } from '../../activities/policy-change.ts'
import { loadRouteById } from '../../activities/route-context.ts'
import {
  type ConflictRule,
  type DeleteRule,
  type Direction,
  type FirstSyncRule,
  otherSide,
} from '../../core/policy.ts'
import { accountUsers } from '../../store/account-users.ts'
import { dealBookOf } from '../../store/deal-book.ts'
import type { RouteRow } from '../../store/routes.ts'
import { type AgentFlags, agentWords, assigneeChange } from '../agent-flags.ts'
import { type Answer, DRY } from '../answer.ts'
import { type DealFlags, dealChange } from '../deal-flags.ts'
import type { Deciding } from '../deciding.ts'
import { filingLines } from '../filing-lines.ts'
import { noteWords } from '../note-lines.ts'
import { readRouteFile } from '../route-file.ts'
import { routeNamed } from '../route-named.ts'
import { routeNames } from '../side-names.ts'

/** What flags say of a route, whether it is made or changed. */
export type PolicyFlags = AgentFlags & {
  readonly json?: boolean
  readonly direction?: Direction
  readonly conflicts?: ConflictRule
  readonly deleteLeft?: DeleteRule
  readonly deleteRight?: DeleteRule
  readonly firstSync?: FirstSyncRule
  readonly zone?: string
  readonly comments?: OnOff
  readonly notes?: OnOff
}
type OnOff = 'on' | 'off'

export type EditFlags = PolicyFlags & DealFlags & { readonly file?: string; readonly dryRun?: boolean }

export async function edit(
  deciding: Deciding,
  name: string,
  { dryRun = false, ...flags }: EditFlags,
): Promise<Answer> {
  return editTo(deciding, await routeNamed(deciding.deps.db, name), await editOf(flags), { dryRun })
}

/** Changes a route to what was said. */
export async function editTo(
  deciding: Deciding,
  known: RouteRow,
  change: PolicyChange,
  { dryRun = false }: Pick<EditFlags, 'dryRun'>,
): Promise<Answer> {
  const { name } = known
  const { route, told, adopted } = await changeRoute(deciding, known, change, { dryRun })
  const { direction, conflicts, deletes, zone } = route.policy
  const head = `Route ${name}: direction ${direction}, conflicts ${conflicts}, deletions ${deletes.left} from the left and ${deletes.right} from the right, times of day those of ${zone}.`
  const filing =
    route.policy.deals === undefined && known.policy.deals === undefined
      ? []
      : await filingOf(deciding, route, adopted)
  const whose = agentWords(route.policy.assignees, await accountUsers(deciding.deps.db, route.leftId))
  const lines = [
    head,
    ...(whose === null ? [] : [`It has ${whose}.`]),
    ...filing,
    ...noteWords(route.policy, known.policy),
  ]
  return {
    json: { route: name, policy: route.policy },
    lines: dryRun ? [DRY, ...lines] : lines,
    outcome: told,
  }
}

/** What a file says, and flags beside it, which count where both say something. */
async function editOf(flags: EditFlags): Promise<PolicyChange> {
  const file = flags.file === undefined ? {} : await readRouteFile(flags.file)
  const own = policyChange(flags)
  const deals = dealChange(flags)
  return {
    ...file,
    ...own,
    deletes: { ...file.deletes, ...own.deletes },
    ...(deals === undefined ? {} : { deals: deals === null ? null : { ...file.deals, ...deals } }),
  }
}

async function filingOf(
  { deps }: Pick<Deciding, 'deps'>,
  { id, policy }: RouteRow,
  adopted: ReadonlySet<string>,
): Promise<string[]> {
  const { deals, sides } = await loadRouteById(deps.db, deps, id)
  const stages = (await dealBookOf(deps.db, sides[deals?.side ?? 'left'].connection.id)).stages
  return filingLines(
    policy.deals,
    stages,
    (await routeNames(deps)).byId(id).lists[otherSide(deals?.side ?? 'left')],
    adopted,
  )
}

export function policyChange({
  direction,
  conflicts,
  deleteLeft,
  deleteRight,
  firstSync,
  zone,
  comments,
  notes,
  ...agents
}: PolicyFlags): PolicyChange {
  const assignees = assigneeChange(agents)
  return {
    ...(assignees === undefined ? {} : { assignees }),
    ...(comments === undefined ? {} : { comments: comments === 'on' }),
    ...(notes === undefined ? {} : { notes: notes === 'on' }),
    ...(direction === undefined ? {} : { direction }),
    ...(conflicts === undefined ? {} : { conflicts }),
    ...(firstSync === undefined ? {} : { firstSync }),
    ...(zone === undefined ? {} : { zone }),
    deletes: {
      ...(deleteLeft === undefined ? {} : { left: deleteLeft }),
      ...(deleteRight === undefined ? {} : { right: deleteRight }),
    },
  }
}
