import { UserError } from '../config/errors.ts'
import { LONG_AGO } from '../core/db-time.ts'
import { SIDES, type Side, sharedFields } from '../core/policy.ts'
import { type OutsideRule, outsideRule } from '../core/scope.ts'
import type { CanonicalTask, Field } from '../core/task.ts'
import type { Tx } from '../store/database.ts'
import { type MemberRow, membersOf } from '../store/members.ts'
import { closeOp, openOpsOf } from '../store/ops.ts'
import { lockPairs, type PairRow } from '../store/pairs.ts'
import type { Deps } from './deps.ts'
import { counterpartOf } from './plan/counterpart.ts'
import { ownWords } from './plan/words.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/** What a person who decides about a pair needs to know of the program. */
export type DecideDeps = Pick<Deps, 'db' | 'providers' | 'timing'>

/** Of a pair that is to be decided anew at once, whatever was in its way. */
export const DECIDED_ANEW = {
  state: 'ok',
  reason: null,
  standing: [],
  refusedMove: null,
  lastError: null,
  attempts: 0,
  wakeAt: LONG_AGO,
} as const satisfies Partial<PairRow>

/** Of a pair whose new task has no label and no comment of ours yet. */
export const NOTHING_TOLD = { notice: null, comment: null } as const satisfies Partial<PairRow>

/** A locked pair with its tasks as decisions see them; null where a side shows none now. */
export type PairPicture = {
  readonly pair: PairRow
  readonly members: readonly MemberRow[]
  readonly route: RouteContext
  readonly tasks: Readonly<Record<Side, CanonicalTask | null>>
}

/** Locks a pair and looks at what the record holds of it. Throws UserError (exit code 2) when there is none. */
export async function lockPicture(tx: Tx, deps: DecideDeps, pairId: string): Promise<PairPicture> {
  const [pair] = await lockPairs(tx, [pairId])
  if (pair === undefined) throw noSuchPair(pairId)
  const members = await membersOf(tx, [pairId])
  const route = await loadRouteById(tx, deps, pair.routeId)
  const taskOn = (side: Side) => {
    const member = members.find((one) => one.side === side)
    if (member === undefined || member.row.presence !== 'present') return null
    return ownWords(member.row.seen, side, pair, route, counterpartOf(side, members))
  }
  return { pair, members, route, tasks: { left: taskOn('left'), right: taskOn('right') } }
}

/** The rule that keeps the side's task outside the route now; null where none does, or there is no task. */
export function outsideOf({ members, route }: PairPicture, side: Side): OutsideRule | null {
  const member = members.find((one) => one.side === side)
  return member === undefined
    ? null
    : outsideRule(
        { remoteId: member.remoteId, seen: member.row.seen },
        route.sides[side].scope,
        member.underPair,
      )
}

/** The title under which a person knows the task, as it was last seen. */
export function titleOf(members: readonly MemberRow[]): string | null {
  const seen = SIDES.flatMap((side) => members.find((one) => one.side === side) ?? [])
  return (seen.find((one) => one.row.presence === 'present') ?? seen[0])?.row.seen.task.title ?? null
}

/** Throws UserError (exit code 2) for a field that the two sides do not share. */
export function sharedField({ route }: PairPicture, name: string): Field {
  const shared = sharedFields(route.sides.left.rules, route.sides.right.rules)
  const found = shared.find((field) => field === name)
  if (found !== undefined) return found
  throw new UserError({
    code: 'NO_SUCH_FIELD',
    message: `The two services of route ${route.route.name} share no field called ${name}.`,
    hints: [`They share: ${shared.join(', ')}.`],
    exitCode: 2,
  })
}

/**
 * Takes back what is planned of these fields and has not left yet, so that a person's word goes first. Throws UserError
 * (exit code 3) when a write of them is under way.
 */
export async function recallWrites(tx: Tx, pairId: string, fields: readonly Field[]): Promise<void> {
  for (const op of await openOpsOf(tx, [pairId])) {
    if (op.verb === 'update' && !fields.some((field) => field in op.after)) continue
    const unsent = op.status === 'planned' && op.attempts === 0
    if (!unsent || !(await closeOp(tx, op, RECALLED))) throw underWay(pairId)
  }
}

const RECALLED = {
  kind: 'replanned',
  message: 'A person decided otherwise before it was sent, and it has been planned anew',
  hint: null,
}

function underWay(pairId: string): UserError {
  return new UserError({
    code: 'WRITE_UNDER_WAY',
    message: `A write of pair ${pairId} is under way, and its outcome is not known yet. Nothing was changed.`,
    hints: [`Try again in a moment; "dealbridge explain pair/${pairId}" says what it waits for.`],
    exitCode: 3,
  })
}

/** Exit code 2. */
export function noSuchPair(pairId: string): UserError {
  return new UserError({
    code: 'NO_SUCH_PAIR',
    message: `There is no pair ${pairId}.`,
    hints: ['"dealbridge explain <id or link of a task>" finds the pair of a task.'],
    exitCode: 2,
  })
}
