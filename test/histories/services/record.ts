import type { Db } from '../../../src/store/database.ts'
import type { Kept } from './case.ts'
import { tokenIn } from './users.ts'

/** What the record says that it kept, in the oracle's words. */
export async function keptIn(db: Db): Promise<Kept> {
  const titles = await db<{ pairId: string; title: string }[]>`
    select m.pair_id as "pairId", t.seen -> 'task' ->> 'title' as title
    from pair_member m join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id`
  const tokensOf = (pairId: string) => [
    ...new Set(titles.filter((one) => one.pairId === pairId).map((one) => tokenIn(one.title))),
  ]
  const conflicts = await db<{ pairId: string; field: string; left: unknown; right: unknown }[]>`
    select pair_id as "pairId", field, "left", "right" from conflict where kind = 'field'`
  // What was typed into our block stands beside the notes.
  const before = await db<{ remoteId: string; task: Record<string, unknown> }[]>`
    select remote_id as "remoteId", before -> 'task' || jsonb_build_object('notes', concat_ws(E'\\n',
      before -> 'task' ->> 'notes', (select string_agg(line, E'\\n') from jsonb_array_elements_text(before -> 'block') line)))
      as task
    from op where before is not null`
  const questions = await db<{ pairId: string; candidates: string[] }[]>`
    select pair_id as "pairId", base -> 'candidates' as candidates from conflict
    where kind = 'ambiguous' and decision is null`
  const open = await db<{ id: string; state: string; reason: string | null; error: string | null }[]>`
    select p.id, p.state, p.reason, p.last_error as error from pair p
    where p.state in ('error', 'waiting', 'conflict') or p.id in (select id from pending)`
  return {
    conflicts: conflicts.flatMap(({ pairId, ...one }) =>
      tokensOf(pairId).map((token) => ({ token, ...one })),
    ),
    before,
    questions: questions.map(({ pairId, candidates }) => ({ tokens: tokensOf(pairId), candidates })),
    open: open.map(({ id, ...one }) => ({ tokens: tokensOf(id), ...one })),
  }
}
