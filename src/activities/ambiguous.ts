import { UserError } from '../config/errors.ts'
import type { DbTime } from '../core/db-time.ts'
import { letsIn } from '../core/first-sync.ts'
import { otherSide, type Side } from '../core/policy.ts'
import {
  type Ambiguity,
  ambiguity,
  answerAmbiguity,
  closeMootAmbiguities,
  dropCandidate,
  lockAmbiguity,
  openAmbiguities,
  pairsOfCandidates,
  tasksInQuestion,
} from '../store/ambiguities.ts'
import { clockNow } from '../store/clock.ts'
import type { Tx } from '../store/database.ts'
import { leaveAsKnown } from '../store/first-sync.ts'
import { type MemberRow, membershipsOf, membersOf, moveMember } from '../store/members.ts'
import { lockMirror } from '../store/mirror.ts'
import { closeOp, type OpRow, openOpsOf, rearmOp } from '../store/ops.ts'
import { heirsOf } from '../store/pair-locks.ts'
import { lockPairs, type PairRow, savePairs } from '../store/pairs.ts'
import { inheritPersons } from '../store/tasks-below.ts'
import { confirmOutcomes, foundDone } from './confirm.ts'
import { wordsFor } from './matching.ts'
import { DECIDED_ANEW, type DecideDeps } from './pair-picture.ts'
import { loadRouteById, type RouteContext } from './route-context.ts'

/** The answer "none of them", as it is kept. */
const NONE = 'none'

/**
 * A person says which task of the other side the one in question is. The two become one pair; the pair that the
 * candidate was in ends. After a lost create the candidate is what it has made. Throws UserError (exit code 2) when there
 * is no such question or the task is none of its candidates, or (3) when the candidate cannot be taken just now.
 */
export async function linkAmbiguous(
  tx: Tx,
  deps: DecideDeps,
  conflictId: string,
  remoteId: string,
): Promise<void> {
  const question = await lockQuestion(tx, conflictId)
  if (!question.candidates.includes(remoteId)) throw noCandidate(question, remoteId)
  const route = await loadRouteById(tx, deps, question.routeId)
  const { pair, own } = await pairOf(tx, question)
  const side = otherSide(own.side)
  const { connection } = route.sides[side]
  const freed = await takeFromItsPair(tx, route, remoteId, side, pair)
  const [create] = (await openOpsOf(tx, [pair.id])).filter((op) => op.side === side && op.verb === 'create')
  if (create === undefined) {
    await savePairs(tx, [linked(route, pair, own, freed)])
  } else {
    const row = (await lockMirror(tx, connection.id, [remoteId])).get(remoteId)
    const askedAt = row?.askedAt ?? (await clockNow(tx))
    const done = foundDone(create, { askedAt, remoteId, now: row?.seen ?? null })
    await confirmOutcomes(tx, deps, connection.id, [done])
  }
  await inheritPersons(tx, [pair.id])
  await answerAmbiguity(tx, conflictId, remoteId, 'person')
  await dropCandidate(tx, question.routeId, remoteId)
  await releaseAnswered(tx, route)
}

/**
 * A person says that the task in question is none of the candidates: it goes on as a task of its own. A lost create is
 * sent again. Throws UserError (exit code 2) when there is no such question.
 */
export async function separateAmbiguous(tx: Tx, deps: DecideDeps, conflictId: string): Promise<void> {
  const question = await lockQuestion(tx, conflictId)
  const route = await loadRouteById(tx, deps, question.routeId)
  const { pair } = await pairOf(tx, question)
  for (const op of await openOpsOf(tx, [pair.id])) await rearmOp(tx, op)
  await answerAmbiguity(tx, conflictId, NONE, 'person')
  await release(tx, route, [{ pair, firstSync: question.firstSync }])
  await releaseAnswered(tx, route)
}

/**
 * Lets go what waited for answers that have been given: a task that no open question names any more, and one whose
 * candidates are all gone or linked. Nothing is guessed: where one candidate is left, its question stands.
 */
export async function releaseAnswered(tx: Tx, route: RouteContext): Promise<void> {
  await closeMootAmbiguities(tx, route.route.id)
  const waiting = await tasksInQuestion(tx, route.route.id)
  if (waiting.length === 0) return
  const questions = await openAmbiguities(tx, route.route.id)
  const there = new Set(waiting.filter((task) => !task.gone).map((task) => task.remoteId))
  // Those of a lost create lie at the service, in no pair that waits.
  const done = questions.filter((one) => one.firstSync && !one.candidates.some((id) => there.has(id)))
  const open = questions.filter((one) => !done.includes(one))
  const asked = new Set(open.map((one) => one.pairId))
  const named = new Set(open.flatMap((one) => one.candidates))
  const free = waiting.filter((task) => !task.gone && !asked.has(task.pairId) && !named.has(task.remoteId))
  for (const { id } of done) await answerAmbiguity(tx, id, NONE, 'rule')
  const pairs = await lockPairs(
    tx,
    free.map((task) => task.pairId),
  )
  await release(
    tx,
    route,
    pairs.map((pair) => ({ pair, firstSync: true })),
  )
}

/** These pairs' tasks are tasks of their own: made on the other side, unless the first sync's policy leaves them as they are. */
async function release(
  tx: Tx,
  { policy }: RouteContext,
  freed: readonly { readonly pair: PairRow; readonly firstSync: boolean }[],
): Promise<void> {
  if (freed.length === 0) return
  const now: DbTime = await clockNow(tx)
  await savePairs(
    tx,
    freed.map(({ pair }) => ({ ...pair, ...DECIDED_ANEW })),
  )
  const members = await membersOf(
    tx,
    freed.flatMap(({ pair, firstSync }) => (firstSync ? [pair.id] : [])),
  )
  await leaveAsKnown(
    tx,
    members.filter(({ row }) => !letsIn(policy, row.seen.task, now)).map(({ pairId }) => pairId),
  )
}

function linked(route: RouteContext, pair: PairRow, own: MemberRow, freed: Freed | null): PairRow {
  const person = pair.person ?? freed?.pair.person ?? null
  const right = own.side === 'right' ? own : freed?.member
  const words = right?.row.seen.task
  return {
    ...pair,
    ...DECIDED_ANEW,
    person,
    personBy: pair.personBy ?? (words === undefined ? null : wordsFor(route, person, words)),
  }
}

/** Locks all pairs that an answer may touch, at once, and then the question. */
async function lockQuestion(tx: Tx, conflictId: string): Promise<Ambiguity> {
  const asked = await ambiguity(tx, conflictId)
  if (asked !== undefined) {
    const { pairId, routeId } = asked
    const candidates = await pairsOfCandidates(tx, asked)
    const waiting = (await tasksInQuestion(tx, routeId)).map((task) => task.pairId)
    const heirs = await heirsOf(tx, [pairId, ...candidates])
    await lockPairs(tx, [pairId, ...candidates, ...waiting, ...heirs])
  }
  const question = await lockAmbiguity(tx, conflictId)
  if (question !== undefined) return question
  throw new UserError({
    code: 'NO_QUESTION',
    message: `There is no open question ${conflictId} about which task is which.`,
    exitCode: 2,
  })
}

async function pairOf(tx: Tx, question: Ambiguity) {
  const [pair] = await lockPairs(tx, [question.pairId])
  const [own, ...more] = await membersOf(tx, [question.pairId])
  if (pair === undefined || own === undefined || more.length > 0 || pair.reason !== 'ambiguous') {
    throw new UserError({
      code: 'QUESTION_OVER',
      message: `The task in question ${question.id} has gone on without an answer.`,
      exitCode: 2,
    })
  }
  return { pair, own }
}

type Freed = { readonly pair: PairRow; readonly member: MemberRow }

/** Moves a candidate out of the pair that it is alone in, which ends, into another one. Null when it is in none. */
async function takeFromItsPair(
  tx: Tx,
  route: RouteContext,
  remoteId: string,
  side: Side,
  into: PairRow,
): Promise<Freed | null> {
  const { connection } = route.sides[side]
  const known = (await membershipsOf(tx, connection.id, [remoteId])).find(
    (one) => one.routeId === route.route.id,
  )
  if (known === undefined) return null
  const [pair] = await lockPairs(tx, [known.pairId])
  const members = await membersOf(tx, [known.pairId])
  const member = members.find((one) => one.remoteId === remoteId)
  const there = member !== undefined && member.row.presence !== 'gone'
  if (pair === undefined || !there || known.pairId === into.id) throw takenElsewhere(remoteId, 'is gone')
  if (members.length > 1) throw takenElsewhere(remoteId, 'is linked with another task by now')
  for (const op of await openOpsOf(tx, [pair.id])) await giveUp(tx, remoteId, op)
  await moveMember(tx, { from: pair.id, to: into.id, remoteId, connectionId: connection.id })
  await savePairs(tx, [{ ...pair, ...DECIDED_ANEW, memory: 'closed', wakeAt: null }])
  return { pair, member }
}

/** What was about to be made of the candidate on the other side is not made; what may be under way is waited for. */
async function giveUp(tx: Tx, remoteId: string, op: OpRow): Promise<void> {
  const why = { kind: 'discarded', message: 'A person said that it is another task', hint: null }
  const unsent = op.status === 'planned' && op.attempts === 0
  if (unsent && (await closeOp(tx, op, why))) return
  throw takenElsewhere(remoteId, 'is being made on the other side as well, just now')
}

function takenElsewhere(remoteId: string, why: string): UserError {
  return new UserError({
    code: 'CANDIDATE_TAKEN',
    message: `Task ${remoteId} cannot be linked: it ${why}.`,
    hints: ['Look at the question again in a moment.'],
    exitCode: 3,
  })
}

function noCandidate({ id, candidates }: Ambiguity, remoteId: string): UserError {
  return new UserError({
    code: 'NO_CANDIDATE',
    message: `Task ${remoteId} is none of those in question ${id}.`,
    hints: [`It can be ${candidates.join(', ') || 'none'}, or “${NONE}”.`],
    exitCode: 2,
  })
}
