import type postgres from 'postgres'
import type { Db, Tx } from './database.ts'

/** Any JSON value as a jsonb parameter. Values of the record are JSON by construction; the driver's type is narrower. */
export function json(sql: Db | Tx, value: unknown): postgres.Parameter {
  return sql.json(value as postgres.JSONValue)
}
