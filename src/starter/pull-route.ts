import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '@temporalio/client'
import { originOf } from '../activities/connect-refusals.ts'
import { UserError } from '../config/errors.ts'
import { type ConnectionRow, connectionById } from '../store/connections.ts'
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
      if (error.kind !== 'rate-limited') throw pullError(error, await connectionById(db, id))
    }
    await pause(RETRY_MS, undefined, { signal }).catch(() => {})
  }
}

export function pullError(
  error: PullFailed,
  { name: connection, baseUrl, state }: Pick<ConnectionRow, 'name' | 'baseUrl' | 'state'>,
): UserError {
  if (error.kind === 'auth') {
    const paused = state === 'paused'
    return new UserError({
      code: paused ? 'CONNECTION_PAUSED' : 'KEY_REFUSED',
      message: paused
        ? `${connection} is paused: nobody looks there.`
        : `${connection} refuses its key: ${error.message}`,
      hints: [
        paused
          ? `To go on: ${quoted(`connect retry ${connection}`)}.`
          : `${quoted(`connect edit ${connection} --credentials`)} gives it another one; a key from the environment is read at a start.`,
      ],
      exitCode: 2,
      cause: error,
    })
  }
  const away = error.kind === 'transient' || error.kind === 'ambiguous-write'
  return new UserError({
    code: away ? 'SERVICE_UNREACHABLE' : 'PULL_FAILED',
    message: `${connection} at ${originOf(baseUrl)} could not be looked at: ${error.message}`,
    hints: [
      away
        ? `Try again when it answers; nothing is lost. ${quoted(`connect edit ${connection} --url`)} changes the address.`
        : `${quoted(`connect retry ${connection}`)} tries again.`,
    ],
    exitCode: away ? 4 : 1,
    cause: error,
  })
}
