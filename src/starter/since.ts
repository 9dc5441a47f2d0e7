import { InvalidArgumentError } from 'commander'
import { type DbTime, plusMs } from '../core/db-time.ts'

/** A moment that a person gave: so long ago, or a time. */
export type Since = { readonly agoMs: number } | { readonly at: DbTime }

const UNIT_MS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** Of a flag that takes `10m`, `2h`, `1d`, or a time such as 2026-12-01T08:00:00Z. */
export function sinceFlag(text: string): Since {
  const [, count, unit] = /^(\d{1,6})([smhd])$/u.exec(text.trim()) ?? []
  const unitMs = UNIT_MS[unit ?? '']
  if (count !== undefined && unitMs !== undefined) return { agoMs: Number(count) * unitMs }
  const at = /^\d{4}-\d\d-\d\d/u.test(text) ? Date.parse(text) : Number.NaN
  if (!Number.isNaN(at)) return { at: plusMs(new Date(at).toISOString(), 0) }
  throw new InvalidArgumentError('Give 10m, 2h, 1d, or a time such as 2026-12-01T08:00:00Z.')
}

/** The moment as the database tells time. `now`: its time. */
export function momentOf(since: Since, now: DbTime): DbTime {
  return 'at' in since ? since.at : plusMs(now, -since.agoMs)
}
