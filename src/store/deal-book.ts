import type { Deal, Stage } from '../core/deal.ts'
import type { Db, Tx } from './database.ts'

/** What the record knows of the deals of one connection. `gone`: deals that the service does not show any more. */
export type DealBook = {
  readonly deals: ReadonlyMap<string, Deal>
  readonly gone: ReadonlySet<string>
  readonly stages: ReadonlyMap<string, Stage>
  /** Ids of the deals that a person is on. */
  readonly ofPerson: ReadonlyMap<string, readonly string[]>
  /** The number of a deal's last change, or its stage's; 0 for one that nobody knows. */
  seqOf(dealId: string): string
}

type Cached = { readonly version: string; readonly book: DealBook }

/** Books by database and connection: they are read whole with every decision, and change rarely. */
const books = new Map<string, Cached>()

/**
 * The deals of a connection. They are read again only when any of them has changed: the version says so, as part of the
 * caller's transaction.
 */
export async function dealBookOf(sql: Db | Tx, connectionId: string): Promise<DealBook> {
  const [row] = await sql<{ key: string; version: string }[]>`
    select current_database() || '/' || ${connectionId}::text as key, (
      select coalesce(md5(string_agg(changed_seq::text, ',' order by deal_id)), '') from deal_cache
      where connection_id = ${connectionId}
    ) || '/' || (
      select coalesce(md5(string_agg(changed_seq::text, ',' order by stage_id)), '') from deal_stage
      where connection_id = ${connectionId}
    ) as version`
  if (row === undefined) throw new Error('the version of the deals was not told')
  const known = books.get(row.key)
  if (known?.version === row.version) return known.book
  const book = await readBook(sql, connectionId)
  books.set(row.key, { version: row.version, book })
  return book
}

async function readBook(sql: Db | Tx, connectionId: string): Promise<DealBook> {
  const rows = await sql<{ deal: Deal; gone: boolean; seq: string }[]>`
    select deal, gone_at is not null as gone, changed_seq as seq from deal_cache
    where connection_id = ${connectionId} order by deal_id`
  const stages = await sql<{ stage: Stage; seq: string }[]>`
    select stage, changed_seq as seq from deal_stage where connection_id = ${connectionId} order by stage_id`
  const ofPerson = new Map<string, string[]>()
  for (const { deal } of rows)
    for (const { id } of deal.people) ofPerson.set(id, [...(ofPerson.get(id) ?? []), deal.id])
  const stageSeqs = new Map(stages.map(({ stage, seq }) => [stage.id, BigInt(seq)]))
  const seqs = new Map(
    rows.map(({ deal, seq }) => {
      const [own, stage] = [BigInt(seq), stageSeqs.get(deal.stage) ?? 0n]
      return [deal.id, String(own > stage ? own : stage)]
    }),
  )
  return {
    deals: new Map(rows.map(({ deal }) => [deal.id, deal])),
    gone: new Set(rows.flatMap(({ deal, gone }) => (gone ? deal.id : []))),
    stages: new Map(stages.map(({ stage }) => [stage.id, stage])),
    ofPerson,
    seqOf: (dealId) => seqs.get(dealId) ?? '0',
  }
}
