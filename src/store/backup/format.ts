import { z } from 'zod'

/**
 * A backup is text, one JSON value a line: the head; then for each table a line that names it and its rows, each the text
 * that Postgres gives a whole row, as a string; then the counters and the foot. All of it is compressed by gzip.
 */
export const FORMAT = 1

export const head = z.object({
  dealbridge: z.literal('backup'),
  format: z.literal(FORMAT),
  /** Version of the schema, the number of its last migration. */
  schema: z.int().positive(),
  mark: z.enum(['live', 'demo']).nullable(),
  /** When it was taken, by the database. */
  takenAt: z.string(),
  /** A mark of the key that seals the credentials in it; tells nothing of the key. Null where it was not to be had. */
  key: z.string().nullable(),
})
export type BackupHead = z.infer<typeof head>

export const tableLine = z.object({ table: z.string().regex(/^[a-z_]+$/u) })
/** By name: what each last gave out; null where it has not given out any. */
export const countersLine = z.object({
  counters: z.record(z.string().regex(/^[a-z0-9_]+$/u), z.string().regex(/^\d+$/u).nullable()),
})
/** Missing where the file was cut off. */
export const footLine = z.object({ end: z.object({ rows: z.int().nonnegative() }) })

/** What the key is marked with. */
export const KEY_TEXT = 'dealbridge backup'

export type BackupCounts = { readonly tables: number; readonly rows: number }
