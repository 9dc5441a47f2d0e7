import { setTimeout as pause } from 'node:timers/promises'
import { type Client, WorkflowNotFoundError, WorkflowUpdateFailedError } from '@temporalio/client'
import { UserError } from '../../config/errors.ts'
import { allConnections } from '../../store/connections.ts'
import type { Db } from '../../store/database.ts'
import { isRunning, startSetup } from '../../worker/workflow-calls.ts'
import { configure, confirm, nudge } from '../../workflows/messages.ts'
import type { SetupStatus } from '../../workflows/setup.ts'
import { quoted } from '../command-name.ts'

const LOOK_MS = 150

/** The set-up of a route, as its workflow does it. What stands in the record is taken up by `lookAgain`. */
export type SetupLink = {
  /** Returns when both accounts were looked at, and the route can be confirmed or was. Throws UserError for what is missing. */
  untilLooked(show: (stage: SetupStatus['stage']) => void): Promise<SetupStatus>
  lookAgain(): Promise<SetupStatus>
  /** Returns when the first sync is begun, with what comes before it, such as labels, done. */
  confirm(): Promise<void>
  /** Ends with the first sync; one that waits for somebody goes on by itself. */
  end(): Promise<void>
}

export async function openSetupLink(
  { client, db, signal }: { readonly client: Client; readonly db: Db; readonly signal: AbortSignal },
  route: string,
): Promise<SetupLink> {
  const started = await startSetup(client, route)
  // One that continues as new is still the same set-up.
  const handle = client.workflow.getHandle(started.workflowId)
  // One that waited for something looks now.
  await handle.signal(nudge).catch(unlessOver)
  const ask = () => handle.query<SetupStatus>('status')
  /** Asks until it is at none of these any more. Throws UserError where it has ended before that. */
  const untilPast = async (
    stages: readonly SetupStatus['stage'][],
    show: (stage: SetupStatus['stage']) => void = () => undefined,
  ): Promise<SetupStatus> => {
    for (;;) {
      signal.throwIfAborted()
      // Before it is asked: one that ends now is past all of them.
      const runs = await isRunning(client, started.workflowId)
      const now = await ask()
      show(now.stage)
      if (!stages.includes(now.stage)) return now
      if (!runs) throw ended(route)
      await pause(LOOK_MS, undefined, { signal }).catch(() => {})
    }
  }
  return {
    async untilLooked(show) {
      const now = await untilPast(['looking'], show)
      if (now.stage === 'needs') throw await missing(db, now)
      return now
    },
    async lookAgain() {
      const now = (await updated(() => handle.executeUpdate(configure, { args: [{}] }))) as SetupStatus
      if (now.stage === 'needs') throw await missing(db, now)
      return now
    },
    async confirm() {
      // One that is done has been confirmed.
      await updated(() => handle.executeUpdate(confirm, { args: [{}] })).catch(unlessOver)
      await untilPast(['beginning'])
    },
    async end() {
      await handle.signal(nudge).catch(unlessOver)
      await handle.result()
    },
  }
}

function unlessOver(error: unknown): void {
  if (!(error instanceof WorkflowNotFoundError)) throw error
}

function ended(route: string): UserError {
  return new UserError({
    code: 'SETUP_ENDED',
    message: `Somebody has ended the set-up of route ${route} meanwhile. What was said is kept.`,
    hints: [`To go on: run the same command again. What runs: ${quoted('status')}.`],
  })
}

async function updated<T>(update: () => Promise<T>): Promise<T> {
  try {
    return await update()
  } catch (error) {
    if (!(error instanceof WorkflowUpdateFailedError)) throw error
    throw new UserError({
      code: 'SETUP_REFUSED',
      message: `The set-up does not go on: ${error.cause?.message ?? error.message}`,
      hints: [`${quoted('status')} shows how the accounts are.`],
      exitCode: 2,
      cause: error,
    })
  }
}

/** Exit code 4 where a service does not answer, 2 where a person has to correct something. */
async function missing(db: Db, { needs }: SetupStatus): Promise<UserError> {
  const names = new Map((await allConnections(db)).map(({ id, name }) => [id, name]))
  const words = needs.map(({ connectionId, words: why }) =>
    connectionId === null ? why : `${names.get(connectionId) ?? connectionId}: ${why}`,
  )
  const away = needs.some(({ kind }) => kind === 'transient' || kind === 'rate-limited')
  const [first] = needs
  const name = first?.connectionId === undefined ? undefined : names.get(first.connectionId ?? '')
  return new UserError({
    code: away ? 'SERVICE_UNREACHABLE' : 'SETUP_NEEDS',
    message: `The set-up waits: ${words.join('; ')}.`,
    hints: [
      away
        ? 'Nothing was written. Run the same command again when it answers; what was said is kept.'
        : `Nothing was written. ${name === undefined ? '' : `${quoted(`connect edit ${name} --credentials`)} gives another key; `}then run the same command again.`,
    ],
    exitCode: away ? 4 : 2,
  })
}
