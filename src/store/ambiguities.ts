import type { Due } from '../core/due.ts'
import type { Db, Tx } from './database.ts'
import { json } from './json.ts'

/**
 * Asks a person which one of several tasks of the other side each of these pairs' tasks is. `candidates`: remote ids.
 * Marked as of a first sync, so that an answer "none of them" heeds what that lets in.
 */
export async function askWhich(
  tx: Tx,
  questions: readonly { readonly pairId: string; readonly candidates: readonly string[] }[],
): Promise<void> {
  if (questions.length === 0) return
  await tx`
    insert into conflict (pair_id, kind, base)
    select r."pairId", 'ambiguous', jsonb_build_object('candidates', r.candidates, 'firstSync', true)
    from jsonb_to_recordset(${json(tx, questions)}) as r("pairId" bigint, candidates jsonb)`
}

/** An open question of kind `ambiguous`. `candidates`: remote ids, on the side where the pair has no task. */
export type Ambiguity = {
  readonly id: string
  readonly pairId: string
  readonly routeId: string
  readonly candidates: readonly string[]
  readonly firstSync: boolean
}

const AMBIGUITY = `c.id, c.pair_id as "pairId", p.route_id as "routeId", c.base -> 'candidates' as candidates,
  coalesce((c.base ->> 'firstSync')::boolean, false) as "firstSync"`

/** One question; undefined when it is none, or answered. */
export async function ambiguity(sql: Db | Tx, conflictId: string): Promise<Ambiguity | undefined> {
  const [row] = await sql<Ambiguity[]>`
    select ${sql.unsafe(AMBIGUITY)} from conflict c join pair p on p.id = c.pair_id
    where c.id = ${conflictId} and c.kind = 'ambiguous' and c.decision is null`
  return row
}

/** One question, locked. The caller has locked its pair. */
export async function lockAmbiguity(tx: Tx, conflictId: string): Promise<Ambiguity | undefined> {
  await tx`select from conflict where id = ${conflictId} for no key update`
  return ambiguity(tx, conflictId)
}

/** The pairs of its route that its candidates are in. */
export async function pairsOfCandidates(sql: Db | Tx, { routeId, candidates }: Ambiguity): Promise<string[]> {
  if (candidates.length === 0) return []
  const rows = await sql<{ id: string }[]>`
    select distinct pair_id as id from pair_member
    where route_id = ${routeId} and remote_id in ${sql([...candidates])}`
  return rows.map((row) => row.id)
}

/** The open questions of a route, or of all. */
export async function openAmbiguities(sql: Db | Tx, routeId: string | null): Promise<Ambiguity[]> {
  return sql<Ambiguity[]>`
    select ${sql.unsafe(AMBIGUITY)} from conflict c join pair p on p.id = c.pair_id
    where c.kind = 'ambiguous' and c.decision is null and (${routeId}::bigint is null or p.route_id = ${routeId})
    order by c.id`
}

/** `decision`: a remote id, or `none`. `by`: a person, or a rule where nothing was left to ask. */
export async function answerAmbiguity(
  tx: Tx,
  conflictId: string,
  decision: string,
  by: 'person' | 'rule',
): Promise<void> {
  await tx`
    update conflict set decision = ${decision}, decided_by = ${by}, decided_at = clock()
    where id = ${conflictId} and decision is null`
}

/** Questions of a route whose pair has gone on without an answer. */
export async function closeMootAmbiguities(tx: Tx, routeId: string): Promise<void> {
  await tx`
    update conflict c set decision = 'moot', decided_by = 'rule', decided_at = clock()
    from pair p
    where p.id = c.pair_id and p.route_id = ${routeId} and c.kind = 'ambiguous' and c.decision is null
      and (p.memory <> 'new' or p.reason is distinct from 'ambiguous')`
}

/** A pair that waits for an answer, and its task. */
export type WaitingTask = { readonly pairId: string; readonly remoteId: string; readonly gone: boolean }

/** Pairs of a route that wait for an answer, with nothing under way; of both sides, also those that are only candidates. */
export async function tasksInQuestion(sql: Db | Tx, routeId: string): Promise<WaitingTask[]> {
  return sql<WaitingTask[]>`
    select p.id as "pairId", m.remote_id as "remoteId", t.presence = 'gone' as gone
    from pair p
    join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where p.route_id = ${routeId} and p.reason = 'ambiguous' and p.memory = 'new'
      and not exists (
        select from op o where o.subject = 'pair' and o.subject_id = p.id and o.status in ('planned', 'sent', 'unknown'))
    order by p.id`
}

/** One of the tasks in a question, for a person to tell it from the others. `person`: the contact's name, else its id. */
export type TaskWords = {
  readonly id: string
  readonly title: string | null
  readonly due: Due | null
  readonly person: string | null
}

export type AmbiguityView = {
  readonly id: string
  readonly pair: string
  readonly route: string
  readonly side: 'left' | 'right'
  readonly task: TaskWords
  readonly candidates: readonly TaskWords[]
}

/** The contact of mirror row `row`: the one of its task, else of pair `pair`. */
function personOf(row: string, pair: string): string {
  return `coalesce(
    (select f.facts ->> 'name' from person f where f.connection_id in (r.left_id, r.right_id)
       and f.person = coalesce(${row}.seen ->> 'person', ${pair}.person) limit 1),
    ${row}.seen ->> 'person', ${pair}.person)`
}

/** Every open question in words: the task, and those of the other side of which it may be one. */
export async function ambiguityViews(sql: Db | Tx): Promise<AmbiguityView[]> {
  return sql<AmbiguityView[]>`
    select c.id, c.pair_id as pair, r.name as route, m.side,
      jsonb_build_object('id', m.remote_id, 'title', t.seen -> 'task' -> 'title', 'due', t.seen -> 'task' -> 'due',
        'person', ${sql.unsafe(personOf('t', 'p'))}) as task,
      (select coalesce(jsonb_agg(jsonb_build_object('id', x.id, 'title', o.seen -> 'task' -> 'title',
                'due', o.seen -> 'task' -> 'due', 'person', ${sql.unsafe(personOf('o', 'own'))}) order by x.n), '[]')
       from jsonb_array_elements_text(c.base -> 'candidates') with ordinality as x(id, n)
       left join remote_task o on o.remote_id = x.id
         and o.connection_id = case when m.side = 'left' then r.right_id else r.left_id end
       left join pair_member om on om.connection_id = o.connection_id and om.remote_id = o.remote_id
         and om.route_id = r.id and om.role = 'current'
       left join pair own on own.id = om.pair_id) as candidates
    from conflict c
    join pair p on p.id = c.pair_id
    join route r on r.id = p.route_id
    join pair_member m on m.pair_id = p.id and m.role = 'current'
    join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
    where c.kind = 'ambiguous' and c.decision is null
    order by c.id`
}

/** A task that has found its pair is no candidate any more. Answered questions keep all of theirs. */
export async function dropCandidate(tx: Tx, routeId: string, remoteId: string): Promise<void> {
  await tx`
    update conflict c set base = jsonb_set(c.base, '{candidates}', (c.base -> 'candidates') - ${remoteId}::text)
    from pair p
    where p.id = c.pair_id and p.route_id = ${routeId} and c.kind = 'ambiguous' and c.decision is null
      and c.base -> 'candidates' ? ${remoteId}`
}
