import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { UserError } from '../config/errors.ts'
import { connectionById } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import type { RouteRow } from '../store/routes.ts'
import { PullFailed, pullComplete } from '../worker/workflow-calls.ts'
import { quoted } from './command-name.ts'

const RETRY_MS = 2_000

/** Looks at both sides of a route completely. Throws UserError when a key is refused (2) or a service is away (4). */
export async function pullRoute(
  client: Client,
  db: Db,
  route: Pick<RouteRow, 'leftId' | 'rightId'>,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all([route.leftId, route.rightId].map((id) => pullPatiently(client, db, id, signal)))
}

/** A budget that is used up is a matter of seconds; every other failure is for the person to know. */
async function pullPatiently(client: Client, db: Db, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    try {
      await pullComplete(client, id)
      return
    } catch (error) {
      if (!(error instanceof PullFailed)) throw error
      if (error.kind !== 'rate-limited') throw pullError(error, (await connectionById(db, id)).name)
    }
    await pause(RETRY_MS, undefined, { signal }).catch(() => {})
  }
}

export function pullError(error: PullFailed, connection: string): UserError {
  if (error.kind === 'auth') {
    return new UserError({
      code: 'KEY_REFUSED',
      message: `${connection} refuses its key: ${error.message}`,
      hints: ['Correct the key in the environment and start again.'],
      exitCode: 2,
      cause: error,
    })
  }
  const away = error.kind === 'transient' || error.kind === 'ambiguous-write'
  return new UserError({
    code: away ? 'SERVICE_UNREACHABLE' : 'PULL_FAILED',
    message: `${connection} could not be looked at: ${error.message}`,
    hints: [
      away
        ? 'Try again when it answers; nothing is lost.'
        : `${quoted(`connect retry ${connection}`)} tries again.`,
    ],
    exitCode: away ? 4 : 1,
    cause: error,
  })
}
