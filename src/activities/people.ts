import type { PeopleQuery, PersonHint, Provider, RemotePerson } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { clockNow } from '../store/clock.ts'
import { inTransaction } from '../store/database.ts'
import { type MemberRow, membersOf } from '../store/members.ts'
import { heirsOf } from '../store/pair-locks.ts'
import { lockPairs, savePairs } from '../store/pairs.ts'
import { holdLeases } from '../store/pending.ts'
import { peopleOfPairs, savePeople } from '../store/people.ts'
import { inheritPersons } from '../store/tasks-below.ts'
import type { Deps } from './deps.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from './open-connection.ts'
import { asFacts } from './person-facts.ts'
import { factsAreDue } from './plan/facts.ts'

export type PeopleInput = {
  readonly connectionId: string
  readonly pairIds: readonly string[]
  readonly priority: QuotaPriority
}

/** `person` null: the words name nobody, or nobody certain. `seq`: the change of the words that was looked at. */
type Answer = { readonly person: string | null; readonly by: PersonHint['by'] | null; readonly seq: string }

/**
 * Looks for the people whom tasks name in their words, and for what the block tells of those who are known. Exactly one
 * visible person is taken; none or several leave the pair waiting for a person to say, never a guess (I15). What was
 * found before a failure is kept, so that the next attempt goes on from there.
 */
export async function people(deps: Deps, input: PeopleInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  await holdLeases(deps.db, input.pairIds)
  const asking = await unanswered(deps, input)
  const answers = new Map<string, Answer>()
  const found = new Map<string, RemotePerson>()
  let failure: unknown = null
  try {
    await answerAll(searchAt(open, found), open.provider, asking, answers)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    failure = error
  }
  await save(deps, input.connectionId, answers)
  await inTransaction(deps.db, (tx) => savePeople(tx, input.connectionId, [...found.values()].map(asFacts)))
  if (failure !== null) throw failure
  await learnFacts(deps, open, input.pairIds)
}

type Search = (query: PeopleQuery) => Promise<readonly RemotePerson[]>

/** Searches, and remembers who came back. */
function searchAt({ provider, connection }: OpenConnection, found: Map<string, RemotePerson>): Search {
  return async (query) => {
    const people = (await provider.people?.(connection, query)) ?? []
    for (const person of people) found.set(person.remoteId, person)
    return people
  }
}

/**
 * Facts are no condition of a write: what the service does not tell now is asked for again another time. Only a used-up
 * budget is waited for, and a refused key told, as with every call.
 */
async function learnFacts(deps: Deps, open: OpenConnection, pairIds: readonly string[]): Promise<void> {
  const now = await clockNow(deps.db)
  const due = (await peopleOfPairs(deps.db, pairIds)).filter(
    (one) => one.connectionId === open.row.id && factsAreDue(one.known, now),
  )
  const ids = [...new Set(due.map(({ person }) => person))].sort()
  if (ids.length === 0) return
  const found = new Map<string, RemotePerson>()
  try {
    await searchAt(open, found)({ ids })
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind === 'rate-limited' || error.kind === 'auth')
      throw error
    deps.log.warn({ connectionId: open.row.id, error }, 'people could not be looked up; tasks do without')
  }
  const told = ids.map((person) => {
    const one = found.get(person)
    return one === undefined ? { person, facts: null } : asFacts(one)
  })
  await inTransaction(deps.db, (tx) => savePeople(tx, open.row.id, told))
}

/** The tasks of nobody whose words nobody has looked at yet, as they are now. */
async function unanswered(deps: Deps, { pairIds, connectionId }: PeopleInput): Promise<MemberRow[]> {
  const members = await membersOf(deps.db, pairIds)
  const pairs = await inTransaction(deps.db, (tx) => lockPairs(tx, pairIds))
  const open = new Map(pairs.filter(({ person }) => person === null).map((pair) => [pair.id, pair.personSeq]))
  return members.filter(
    (member) =>
      member.connectionId !== connectionId &&
      open.has(member.pairId) &&
      open.get(member.pairId) !== String(member.row.changedSeq),
  )
}

async function answerAll(
  search: Search,
  provider: Provider,
  asking: readonly MemberRow[],
  answers: Map<string, Answer>,
): Promise<void> {
  const hinted = asking.map((member) => ({
    member,
    hint: provider.personHint?.(member.row.seen.task) ?? null,
  }))
  const answer = ({ pairId, row }: MemberRow, hint: PersonHint | null, person: string | null) =>
    answers.set(pairId, {
      person,
      by: person === null ? null : (hint?.by ?? null),
      seq: String(row.changedSeq),
    })

  // All ids in as few requests as the service allows.
  const ids = [...new Set(hinted.flatMap(({ hint }) => (hint !== null && 'id' in hint.by ? hint.by.id : [])))]
  const known = new Set(ids.length === 0 ? [] : (await search({ ids })).map(({ remoteId }) => remoteId))
  for (const { member, hint } of hinted) {
    if (hint === null) answer(member, null, null)
    else if ('id' in hint.by) answer(member, hint, known.has(hint.by.id) ? hint.by.id : null)
  }
  const found = new Map<string, readonly RemotePerson[]>()
  for (const { member, hint } of hinted) {
    if (hint === null || !('name' in hint.by)) continue
    const { name } = hint.by
    const people = found.get(name) ?? (await search({ name }))
    found.set(name, people)
    answer(member, hint, people.length === 1 ? (people[0]?.remoteId ?? null) : null)
  }
}

/** Answers to words that have changed meanwhile are no answers any more: the next plan asks again. */
async function save(deps: Deps, connectionId: string, answers: ReadonlyMap<string, Answer>): Promise<void> {
  const heirs = await inTransaction(deps.db, async (tx) => {
    const pairs = await lockPairs(tx, [...answers.keys(), ...(await heirsOf(tx, [...answers.keys()]))])
    const sources = (await membersOf(tx, [...answers.keys()])).filter((m) => m.connectionId !== connectionId)
    const words = new Map(sources.map(({ pairId, row }) => [pairId, String(row.changedSeq)]))
    await savePairs(
      tx,
      pairs.flatMap((pair) => {
        const answer = answers.get(pair.id)
        if (answer === undefined || answer.seq !== words.get(pair.id)) return []
        if (pair.person !== null) return [{ ...pair, personSeq: answer.seq }]
        return [{ ...pair, person: answer.person, personBy: answer.by, personSeq: answer.seq }]
      }),
    )
    return inheritPersons(tx, [...answers.keys()])
  })
  // Nobody else is at work on the tasks below.
  if (heirs.length > 0) await deps.wakeTasks(heirs)
}
