import type { PeopleQuery, PersonHint, RemotePerson } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { inTransaction } from '../store/database.ts'
import { inheritPersons, lockPairs, type MemberRow, membersOf, savePairs } from '../store/pairs.ts'
import { holdLeases } from '../store/pending.ts'
import type { Deps } from './deps.ts'
import { type OpenConnection, openConnection, type QuotaPriority } from './open-connection.ts'

export type PeopleInput = {
  readonly connectionId: string
  readonly pairIds: readonly string[]
  readonly priority: QuotaPriority
}

/** `person` null: the words name nobody, or nobody certain. `seq`: the change of the words that was looked at. */
type Answer = { readonly person: string | null; readonly by: PersonHint['by'] | null; readonly seq: string }

/**
 * Looks for the people whom tasks name in their words. Exactly one visible person is taken; none or several leave the
 * pair waiting for a person to say, never a guess (I15). What was found before a failure is kept, so that the next
 * attempt goes on from there.
 */
export async function people(deps: Deps, input: PeopleInput, signal: AbortSignal): Promise<void> {
  const open = await openConnection(deps, input.connectionId, input.priority, signal)
  await holdLeases(deps.db, input.pairIds)
  const asking = await unanswered(deps, input)
  const answers = new Map<string, Answer>()
  let failure: unknown = null
  try {
    await answerAll(open, asking, answers)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    failure = error
  }
  await save(deps, answers)
  if (failure !== null) throw failure
}

/** The tasks whose words nobody has looked at yet, as they are now. */
async function unanswered(deps: Deps, { pairIds, connectionId }: PeopleInput): Promise<MemberRow[]> {
  const members = await membersOf(deps.db, pairIds)
  const pairs = await inTransaction(deps.db, (tx) => lockPairs(tx, pairIds))
  const done = new Map(pairs.map(({ id, personSeq }) => [id, personSeq]))
  return members.filter(
    (member) =>
      member.connectionId !== connectionId && done.get(member.pairId) !== String(member.row.changedSeq),
  )
}

async function answerAll(
  open: OpenConnection,
  asking: readonly MemberRow[],
  answers: Map<string, Answer>,
): Promise<void> {
  const { provider, connection } = open
  const search = async (query: PeopleQuery): Promise<readonly RemotePerson[]> =>
    (await provider.people?.(connection, query)) ?? []
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

async function save(deps: Deps, answers: ReadonlyMap<string, Answer>): Promise<void> {
  await inTransaction(deps.db, async (tx) => {
    const pairs = await lockPairs(tx, [...answers.keys()])
    await savePairs(
      tx,
      pairs.flatMap((pair) => {
        const answer = answers.get(pair.id)
        if (answer === undefined) return []
        if (pair.person !== null) return [{ ...pair, personSeq: answer.seq }]
        return [{ ...pair, person: answer.person, personBy: answer.by, personSeq: answer.seq }]
      }),
    )
    await inheritPersons(tx, [...answers.keys()])
  })
}
