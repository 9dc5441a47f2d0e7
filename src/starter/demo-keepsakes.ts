import { UserError } from '../config/errors.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import { allConnections, madeByConfiguration } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { DEMO_CREDENTIALS } from './demo-credentials.ts'
import { counted } from './task-words.ts'

/**
 * Refuses to clear a demo's record in which a person keeps something of his own: an account that he has connected beside the
 * simulated ones, or tasks of our own lists (UserError, exit code 2).
 */
export async function requireNothingKept(
  db: Db,
  { secretKey, elsewhere }: { readonly secretKey: SecretKey; readonly elsewhere: string },
): Promise<void> {
  const { followUpBoss, todoist } = DEMO_CREDENTIALS
  const simulated = new Set([
    ...(await madeByConfiguration(db, followUpBoss, secretKey)),
    ...(await madeByConfiguration(db, todoist, secretKey)),
  ])
  const connected = (await allConnections(db)).filter(({ id }) => !simulated.has(id))
  const tasks = await ownTasks(db)
  if (connected.length === 0 && tasks === 0) return
  const names = connected.map(({ name }) => name).join(', ')
  const kept = [
    ...(connected.length === 0 ? [] : [`what you have connected (${names})`]),
    ...(tasks === 0 ? [] : [`${counted(tasks, 'task')} of your own`]),
  ].join(' and ')
  throw new UserError({
    code: 'DEMO_IN_USE',
    message: `The demo's record would be cleared, and it holds ${kept}. Nothing was changed.`,
    hints: [
      `${elsewhere}, and connect your accounts there; or remove these first, while the demo runs (start --demo).`,
    ],
    exitCode: 2,
  })
}

async function ownTasks(db: Db): Promise<number> {
  // By way of JSON: the record may still be of a version without this column.
  const [row] = await db<{ tasks: number }[]>`
    select count(*)::int as tasks from task t where to_jsonb(t) ->> 'deleted_at' is null`
  return row?.tasks ?? 0
}
