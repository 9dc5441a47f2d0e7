import { readConfig } from '../../config/parse.ts'
import { allConnections } from '../../store/connections.ts'
import { type Db, openDatabase } from '../../store/database.ts'
import { allRoutes } from '../../store/routes.ts'
import { findRecordUrl } from '../session.ts'
import type { NameKind } from './command-tree.ts'

/** Whoever presses Tab does not wait longer (milliseconds). */
const PATIENCE_MS = 700

/** The names in the record, where it answers within a moment; none where it does not. */
export async function namesAtOnce(kind: NameKind): Promise<string[]> {
  let db: Db | undefined
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([]), PATIENCE_MS)
  })
  try {
    const { url } = await findRecordUrl(readConfig({ env: process.env, cwd: process.cwd() }))
    db = openDatabase({ url, max: 1, applicationName: 'dealbridge completion' })
    return await Promise.race([namesIn(db, kind), late])
  } catch {
    return []
  } finally {
    clearTimeout(timer)
    await db?.end({ timeout: 0 }).catch(() => {})
  }
}

/** Those that fit into one line. */
export async function namesIn(db: Db, kind: NameKind): Promise<string[]> {
  const rows = kind === 'routes' ? await allRoutes(db) : await allConnections(db)
  return rows.map(({ name }) => name).filter((name) => !/\p{Cc}/u.test(name))
}
