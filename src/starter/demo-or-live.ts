import type { Config } from '../config/parse.ts'
import { schemaMark } from '../store/schema-mark.ts'
import { hasNoAccount } from './accounts.ts'
import { openRecord } from './record.ts'

/**
 * Whether the demo runs: as `asked` (`--demo`, `--no-demo`), else where no account is configured and the record is empty or
 * a demo's. That is known once Postgres answers.
 */
export function demoOrLive(
  config: Config,
  asked?: boolean,
): boolean | ((databaseUrl: string) => Promise<boolean>) {
  if (asked !== undefined) return asked
  return hasNoAccount(config) ? recordIsForDemo : false
}

async function recordIsForDemo(databaseUrl: string): Promise<boolean> {
  const db = await openRecord(databaseUrl)
  try {
    return (await schemaMark(db)) !== 'live'
  } finally {
    await db.end({ timeout: 5 })
  }
}
