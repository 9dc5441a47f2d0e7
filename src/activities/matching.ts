import { listElsewhere } from '../core/list-map.ts'
import { markedTask } from '../core/marker.ts'
import { type Matching, type MatchTask, matchTasks } from '../core/match.ts'
import type { MirrorRow } from '../core/observe.ts'
import { otherSide, type Side } from '../core/policy.ts'
import { parentsInScope } from '../core/scope.ts'
import type { CanonicalTask } from '../core/task.ts'
import { askWhich } from '../store/ambiguities.ts'
import type { Tx } from '../store/database.ts'
import { awaitedBy, insertPairs, type MatchedPair } from '../store/first-sync.ts'
import { unclaimedTasks } from '../store/mirror.ts'
import type { PairRow } from '../store/pairs.ts'
import { connectionOf } from '../store/routes.ts'
import { pairedParents } from '../store/tasks-below.ts'
import type { RouteContext } from './route-context.ts'

/** A task in no pair yet. */
export type Candidate = { readonly remoteId: string; readonly row: MirrorRow }

/**
 * Takes the tasks of a route that are on both sides out of those that nobody knows: what certainly is one task becomes
 * one pair; what may be several is asked about, and its tasks of both sides wait in pairs of their own. Gives back the
 * pairs of the first kind.
 */
export async function matchRoute(tx: Tx, route: RouteContext): Promise<readonly string[]> {
  const left = await openTasks(tx, route, 'left')
  const right = await openTasks(tx, route, 'right')
  const awaited = await awaitedOf(tx, route, { left, right })
  const { links, questions } = matchCandidates(left.values(), right.values(), route, awaited)
  const made = await insertPairs(
    tx,
    route.route.id,
    [...links].flatMap(([leftId, rightId]) => {
      const [one, other] = [left.get(leftId), right.get(rightId)]
      return one === undefined || other === undefined ? [] : [linkOf(route, one, other)]
    }),
  )
  await askAll(tx, route, { left, right }, questions)
  return made
}

async function openTasks(tx: Tx, route: RouteContext, side: Side): Promise<Map<string, Candidate>> {
  const connectionId = connectionOf(route.route, side)
  const all = await unclaimedTasks(tx, connectionId, route.route.id)
  const parents = all.flatMap(({ row }) => row.seen.task.parent ?? [])
  const paired = await pairedParents(tx, route.route.id, connectionId, parents)
  const placed = all.map(({ remoteId, row }) => ({ remoteId, seen: row.seen }))
  const inScope = parentsInScope(placed, route.sides[side].scope, paired)
  const open = all.filter(({ remoteId, row }) => !row.seen.task.completed && inScope.has(remoteId))
  return new Map(open.map((task) => [task.remoteId, task]))
}

/** Remote ids of tasks whose markers name the task of a pair that waits for them. */
type Awaited = Readonly<Record<Side, ReadonlySet<string>>>

async function awaitedOf(
  tx: Tx,
  route: RouteContext,
  tasks: Readonly<Record<Side, ReadonlyMap<string, Candidate>>>,
): Promise<Awaited> {
  const of = async (side: Side) => {
    const there = otherSide(side)
    const named = new Map(
      [...tasks[side].values()].flatMap(({ remoteId, row }) => {
        const task = copiedBy(row, route, side)
        return task === null ? [] : [[remoteId, task] as const]
      }),
    )
    const waiting = await awaitedBy(tx, route.route.id, there, [...named.values()])
    return new Set([...named].flatMap(([id, task]) => (waiting.has(task) ? [id] : [])))
  }
  return { left: await of('left'), right: await of('right') }
}

/** The task of the other side that our marker in one of this side names. */
function copiedBy({ seen }: MirrorRow, { sides }: RouteContext, side: Side): string | null {
  return markedTask(sides[otherSide(side)].connection.provider, seen.marker)
}

const NOBODY: Awaited = { left: new Set(), right: new Set() }

/** What is matched with what, by the words as both sides can hold them. Pure. */
export function matchCandidates(
  left: Iterable<Candidate>,
  right: Iterable<Candidate>,
  route: RouteContext,
  awaited = NOBODY,
): Matching {
  const rightTask = ({ remoteId, row }: Candidate): MatchTask => {
    const hint = route.sides.left.provider.personHint?.(row.seen.task) ?? null
    const named = hint === null ? row.seen.person : 'id' in hint.by ? hint.by.id : null
    return {
      id: remoteId,
      likeness: likeness(route, { ...row.seen.task, title: hint?.title ?? row.seen.task.title }),
      person: listOf(route, 'right', row) ?? (hint !== null && 'name' in hint.by ? 'asked' : asPerson(named)),
      copies: copiedBy(row, route, 'right'),
      awaited: awaited.right.has(remoteId),
    }
  }
  const leftTask = ({ remoteId, row }: Candidate): MatchTask => ({
    id: remoteId,
    likeness: likeness(route, row.seen.task),
    person: listOf(route, 'left', row) ?? asPerson(row.seen.person),
    copies: copiedBy(row, route, 'left'),
    awaited: awaited.left.has(remoteId),
  })
  return matchTasks([...left].map(leftTask), [...right].map(rightTask))
}

/** Where tasks are nobody's, only those of lists that are mapped to each other could be one; in the right's words. */
function listOf({ lists }: RouteContext, side: Side, { seen }: MirrorRow): { readonly id: string } | null {
  if (lists === null) return null
  const { list } = seen.task
  const there = side === 'left' ? listElsewhere(lists, 'left', list) : list
  return { id: there ?? '' }
}

const asPerson = (id: string | null) => (id === null ? null : { id })

/** What both sides can hold of title and due: a difference that one of them cannot hold is none. */
function likeness({ policy, sides }: RouteContext, { title, due }: CanonicalTask): string {
  const { left, right } = { left: sides.left.rules, right: sides.right.rules }
  const context = { zone: policy.zone }
  return JSON.stringify([
    left.keep('title', right.keep('title', title, context), context),
    left.keep('due', right.keep('due', due, context), context),
  ])
}

function linkOf(route: RouteContext, left: Candidate, right: Candidate): MatchedPair {
  const { person } = left.row.seen
  return {
    origin: 'left',
    state: 'ok',
    reason: null,
    person,
    personBy: wordsFor(route, person, right.row.seen.task),
    members: [memberOf(route, 'left', left), memberOf(route, 'right', right)],
  }
}

/**
 * The words in a task of the right that named the person of the left one it is linked with: they have done their work.
 * A name in brackets stays, for nobody has looked up whether it is one.
 */
export function wordsFor(
  route: RouteContext,
  person: string | null,
  words: CanonicalTask,
): PairRow['personBy'] {
  const hint = route.sides.left.provider.personHint?.(words) ?? null
  return hint !== null && 'id' in hint.by && hint.by.id === person ? hint.by : null
}

async function askAll(
  tx: Tx,
  route: RouteContext,
  tasks: Readonly<Record<Side, ReadonlyMap<string, Candidate>>>,
  questions: Matching['questions'],
): Promise<void> {
  const waiting = (side: Side, ids: readonly string[]): MatchedPair[] =>
    ids.flatMap((id) => {
      const task = tasks[side].get(id)
      if (task === undefined) return []
      return [
        {
          origin: side,
          state: 'waiting',
          reason: 'ambiguous',
          person: task.row.seen.person,
          personBy: null,
          members: [memberOf(route, side, task)],
        },
      ]
    })
  const asked = await insertPairs(
    tx,
    route.route.id,
    waiting(
      'left',
      questions.map((question) => question.left),
    ),
  )
  await insertPairs(
    tx,
    route.route.id,
    waiting('right', [...new Set(questions.flatMap(({ candidates }) => candidates))]),
  )
  await askWhich(
    tx,
    questions.map(({ candidates }, n) => ({ pairId: asked[n] ?? '', candidates })),
  )
}

function memberOf(route: RouteContext, side: Side, { remoteId }: Candidate) {
  return { side, connectionId: connectionOf(route.route, side), remoteId }
}
