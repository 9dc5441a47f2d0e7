import { setTimeout as pause } from 'node:timers/promises'
import { type ConnectionRow, connectionById, leavingConnections } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { accountsToClean, cleanProgress } from '../store/leftovers.ts'
import { quoted } from './command-name.ts'
import { ProgressBar } from './progress-bar.ts'

const LOOK_MS = 200

/**
 * Shows how far a cleaning is until the connection is removed; returns earlier when only a person can make it go on, or when
 * the command is to end. It goes on by itself.
 */
export async function followClean(
  db: Db,
  { id, name }: Pick<ConnectionRow, 'id' | 'name'>,
  signal: AbortSignal,
): Promise<void> {
  const bar = new ProgressBar(`Cleaning up after ${name}`)
  while (!signal.aborted) {
    const leaving = (await leavingConnections(db)).some((one) => one.id === id)
    const { total, done } = await cleanProgress(db, id)
    if (!leaving) return bar.done('done.')
    const held = await heldUpBy(db, id)
    if (held !== null) return bar.done(`held up: ${held}`)
    if (total === 0) bar.say('looking')
    else bar.show(done, total)
    await pause(LOOK_MS, undefined, { signal }).catch(() => {})
  }
}

/** Which account a person has to see to; null when none. */
async function heldUpBy(db: Db, leavingId: string): Promise<string | null> {
  for (const { connectionId } of await accountsToClean(db, leavingId)) {
    const { name, state } = await connectionById(db, connectionId)
    if (state === 'paused') return `${name} is paused; ${quoted(`connect retry ${name}`)} lets it go on`
    if (state === 'auth-failed')
      return `${name} refuses its key; ${quoted(`connect edit ${name} --credentials`)} gives it a new one`
  }
  return null
}
