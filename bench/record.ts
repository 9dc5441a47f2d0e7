import postgres from 'postgres'
import type { BenchResult } from './result.ts'

/** A confirmed write as the record has it. Times: milliseconds since 1970, by the clock of this machine. */
export interface ConfirmedWrite {
  pairId: string
  /** The delivery about its cause came in; a pull had taken it in. Null where none came. */
  receivedAt: number | null
  consumedAt: number | null
  /** When the product first heard of the change. */
  learntAt: number | null
  plannedAt: number
  sentAt: number
  closedAt: number
}

/** The product's record, to be read only: when it has confirmed what. */
export class ProductRecord {
  readonly #sql: ReturnType<typeof postgres>

  constructor(url: string) {
    this.#sql = postgres(url, { max: 1, onnotice: () => {}, connection: { search_path: 'dealbridge' } })
  }

  /** The first confirmed write of this title to a side, and when the delivery about its cause came in. */
  async confirmedTitle(
    side: 'left' | 'right',
    title: string,
    cause: { remoteId: string; since: number },
  ): Promise<ConfirmedWrite | undefined> {
    const ms = this.#sql.unsafe.bind(this.#sql)
    const [row] = await this.#sql<ConfirmedWrite[]>`
      select ${ms(epoch('o.planned_at'))} as "plannedAt", ${ms(epoch('o.sent_at'))} as "sentAt",
        ${ms(epoch('o.closed_at'))} as "closedAt", o.subject_id as "pairId",
        ${ms(epoch('o.learnt_at'))} as "learntAt",
        (select min(${ms(epoch('d.consumed_at'))}) from delivery d
          where ${cause.remoteId} = any (d.remote_ids)
            and d.received_at >= to_timestamp(${(cause.since - 50) / 1000})) as "consumedAt",
        (select min(${ms(epoch('d.received_at'))}) from delivery d
          where ${cause.remoteId} = any (d.remote_ids)
            and d.received_at >= to_timestamp(${(cause.since - 50) / 1000})) as "receivedAt"
      from op o
      where o.status = 'confirmed' and o.side = ${side} and o.after ->> 'title' = ${title}
      order by o.closed_at limit 1`
    return row
  }

  /** Tasks that both sides have and about which nothing is left to do, as their ids on the left and on the right. */
  async settledPairs(limit: number): Promise<{ left: string; right: string }[]> {
    return this.#sql<{ left: string; right: string }[]>`
      select l.remote_id as left, r.remote_id as right from pair p
      join pair_member l on l.pair_id = p.id and l.side = 'left' and l.role = 'current'
      join pair_member r on r.pair_id = p.id and r.side = 'right' and r.role = 'current'
      where p.memory = 'linked' and not exists (select from pending where id = p.id)
      order by p.last_synced_at desc limit ${limit}`
  }

  /** The services' ids of all deliveries that were stored. */
  async deliveryIds(): Promise<string[]> {
    const rows = await this.#sql<{ id: string }[]>`select delivery_id as id from delivery`
    return rows.map(({ id }) => id)
  }

  /** Deliveries that no pull has taken in. */
  async waitingDeliveries(): Promise<number> {
    const [row] = await this.#sql<{ count: number }[]>`
      select count(*)::int as count from delivery where consumed_at is null`
    return row?.count ?? 0
  }

  /** When each connection was last looked at completely. */
  async lastLooks(): Promise<string[]> {
    const rows = await this.#sql<{ at: string }[]>`
      select name || ' ' || coalesce(last_complete_at::text, '') as at from connection where removed_at is null`
    return rows.map(({ at }) => at)
  }

  /** The ids of all connections. */
  async connectionIds(): Promise<string[]> {
    const rows = await this.#sql<
      { id: string }[]
    >`select id from connection where removed_at is null order by id`
    return rows.map(({ id }) => id)
  }

  /** True when nothing is left to do of what the record holds: no task pending, none that waits to be let in. */
  async isSettled(): Promise<boolean> {
    const [row] = await this.#sql<{ settled: boolean }[]>`
      select not exists (select from pending) and not exists (select from unclaimed) as settled`
    return row?.settled === true
  }

  /** True once every route has had its first sync. */
  async isFilled(): Promise<boolean> {
    const [row] = await this.#sql<{ filled: boolean }[]>`
      select coalesce(bool_and(filled_at is not null), false) as filled from route`
    return row?.filled === true
  }

  /** Confirmed writes to tasks, by what they did. One that sets nothing but completion counts as that. */
  async ops(): Promise<NonNullable<BenchResult['ops']>> {
    const [row] = await this.#sql<NonNullable<BenchResult['ops']>[]>`
      with done as (
        select verb, verb = 'update' and after = '{"completed": true}'::jsonb as completes
        from op where status = 'confirmed' and subject = 'pair')
      select count(*) filter (where verb = 'create')::int as created,
        count(*) filter (where verb = 'update' and not completes)::int as updated,
        count(*) filter (where completes)::int as completed,
        count(*) filter (where verb = 'delete')::int as deleted
      from done`
    return row ?? { created: 0, updated: 0, completed: 0, deleted: 0 }
  }

  async close(): Promise<void> {
    await this.#sql.end({ timeout: 5 })
  }
}

function epoch(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`
}
