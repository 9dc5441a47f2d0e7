import type { OpenConnection } from '../../activities/open-connection.ts'
import { messageOf } from '../../config/errors.ts'
import { plusMs } from '../../core/db-time.ts'
import { clockNow } from '../../store/clock.ts'
import type { Db } from '../../store/database.ts'
import type { Probes } from './probe.ts'
import { removeScratchList } from './scratch-list.ts'
import { Trial } from './trial.ts'

/**
 * Takes away whatever a trial has left, also of one that failed or was called off: each task that it may have made, looked for
 * where the answer to its making was lost, then its list. `reopen`: opens the connection for calls that nobody has called off.
 */
export async function cleanUp(
  trial: Trial,
  reopen: () => Promise<OpenConnection>,
  db: Db,
  probes: Probes,
): Promise<boolean> {
  try {
    const open = await reopen()
    await findLost(trial, open, db)
    for (const remoteId of [...trial.left]) await deleteOne(trial, open, remoteId)
    if (trial.container !== null && !(await removeScratchList(open, trial.container))) {
      probes.add(
        'clean-up',
        'failed',
        `the list “${trial.container.name}” is not empty and stays: delete it in the app`,
      )
      return false
    }
    if (trial.sent !== null || trial.container !== null) probes.add('clean-up', 'ok', 'nothing is left')
    return true
  } catch (error) {
    probes.add(
      'clean-up',
      'failed',
      `${messageOf(error)}. Look for tasks “Dealbridge write test …” in the app, and delete them`,
    )
    return false
  }
}

async function findLost(trial: Trial, { provider, direct }: OpenConnection, db: Db): Promise<void> {
  if (trial.sent === null || trial.remoteId !== null || trial.left.size > 0) return
  const now = await clockNow(db)
  const found = await provider.findCreated(direct, {
    op: trial.sent,
    attemptedAt: plusMs(now, -120_000),
    deadline: now,
    settledAt: now,
    emptyAt: null,
    known: new Set(),
  })
  if (found.kind === 'arrived') trial.left.add(found.remoteId)
  if (found.kind === 'ambiguous') for (const id of found.candidates) trial.left.add(id)
}

async function deleteOne(trial: Trial, open: OpenConnection, remoteId: string): Promise<void> {
  const last = new Trial(open, { person: trial.person, zone: trial.zone, patienceMs: 0 })
  const shown = await last.lookUntil(remoteId, ({ kind }) => kind === 'present')
  if (shown.seen === null) return
  last.remoteId = remoteId
  await last.write(last.op('delete', {}))
}
