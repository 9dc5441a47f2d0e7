import type { Db } from './database.ts'
import { FORGET_WORDS } from './op-words.ts'

const BATCH = 1_000

/** Rows that are kept for a time only. Each statement takes one batch; `$1`: most rows of it. */
const OLD_ROWS: Readonly<Record<string, string>> = {
  // One that no pull has taken in is a hint that a complete look has made needless.
  deliveries: `
    delete from delivery where id in (
      select d.id from delivery d join connection c on c.id = d.connection_id
      where d.received_at < clock() - interval '7 days'
        and (d.consumed_at is not null or c.last_complete_at > d.received_at)
      order by d.id limit $1 for update of d skip locked)`,
  // Homes tell by their ops what they have made; a create of a removed route is looked for when that is taken up again.
  writes: `
    update op set ${FORGET_WORDS}
    where id in (
      select id from op where closed_at < clock() - interval '90 days' and status in ('confirmed', 'refused')
        and forgotten_at is null and subject = 'pair' and coalesce(error ->> 'kind', '') <> 'disconnected'
      order by closed_at limit $1 for no key update skip locked)`,
  requests: `
    delete from api_request where key in (
      select key from api_request where at < clock() - interval '48 hours' limit $1 for update skip locked)`,
  syncs: `
    delete from sync_run where id in (
      select s.id from sync_run s where s.ended_at < clock() - interval '90 days'
        and exists (select from sync_run n where n.workflow_id = s.workflow_id and n.id > s.id)
      order by s.id limit $1 for update skip locked)`,
  alerts: `
    delete from alert where id in (
      select id from alert where end_told_at < clock() - interval '90 days' order by id limit $1 for update skip locked)`,
  messages: `
    delete from alert_message where id in (
      select id from alert_message where made_at < clock() - interval '90 days'
      order by id limit $1 for update skip locked)`,
}

/** How many rows of each kind were cleared; only of those of which some were. `more`: there was no end of it yet. */
export type Cleared = { readonly rows: Readonly<Record<string, number>>; readonly more: boolean }

/** Clears what is too old to be kept, batch by batch, each in a transaction of its own; at most `batches` of each kind. */
export async function clearOldRows(db: Db, batches: number): Promise<Cleared> {
  const rows: Record<string, number> = {}
  let more = false
  for (const [kind, statement] of Object.entries(OLD_ROWS)) {
    for (let batch = 1; ; batch += 1) {
      const { count } = await db.unsafe(statement, [BATCH])
      if (count > 0) rows[kind] = (rows[kind] ?? 0) + count
      if (count < BATCH) break
      if (batch < batches) continue
      more = true
      break
    }
  }
  return { rows, more }
}
