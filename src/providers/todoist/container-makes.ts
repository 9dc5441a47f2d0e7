import type { Connection, NewContainer } from '../contract.ts'
import { MAX_COMMANDS } from './capabilities.ts'
import type { Client, Command } from './client.ts'
import { newContainerCommand } from './container-commands.ts'
import { commandError, outcomeUnknown } from './errors.ts'
import { createSharedQueue } from './sync-batch.ts'
import type { SyncReply } from './wire.ts'
import { exchange } from './write.ts'

type Item = { readonly command: Command; readonly cursor: string | null }

/** One Sync request for the containers of all calls that run at the same time for a connection; its whole answer for each. */
export function createMaker(client: Client) {
  const queue = createSharedQueue<Item, SyncReply>({
    fit: (waiting) => Math.min(waiting.length, MAX_COMMANDS),
    async send(items, asker, onSlot) {
      const token = items.find(({ cursor }) => cursor !== null)?.cursor ?? null
      const commands = items.map(({ command }) => command)
      const { reply } = await exchange(client, asker, commands, token, onSlot)
      return items.map(() => reply)
    },
    abandon: () => ({ ok: false, error: outcomeUnknown('The write was cancelled while it was under way.') }),
  })
  /** Throws ProviderError where it was not made, or nobody knows. */
  return async (connection: Connection, wanted: NewContainer): Promise<SyncReply> => {
    const command = newContainerCommand(wanted)
    const [outcome] = await queue.submit('', connection, [{ command, cursor: connection.cursor }])
    if (outcome === undefined) throw outcomeUnknown('Todoist was not asked for the container.')
    if (!outcome.ok) throw outcome.error
    const status = outcome.value.sync_status?.[command.uuid]
    if (status === undefined) throw outcomeUnknown('Todoist did not say what became of the command.')
    if (status !== 'ok') throw commandError(status)
    return outcome.value
  }
}
