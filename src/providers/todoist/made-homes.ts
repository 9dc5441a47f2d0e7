import type { ContainerTarget, WriteOp } from '../contract.ts'
import type { ProviderError } from '../provider-error.ts'
import { kindOf, tempId } from './container-commands.ts'
import { commandError, needsEarlierCommand, outcomeUnknown } from './errors.ts'
import { idlessHomes, type KnownHomes } from './homes.ts'
import { decodeContainer } from './mapping.ts'
import type { SyncReply } from './wire.ts'

/** A container that a write made, or found made by an earlier attempt of the same command. */
export type Made = { readonly key: string; readonly containerId: string; readonly remoteId: string }

/** The containers of an op that had none before this write, as far as the answer tells their ids. */
export function madeFor(op: WriteOp, reply: SyncReply, known: KnownHomes): Made[] {
  return idlessHomes(op).flatMap((target) => {
    const { key, containerId } = target
    const remoteId = known.get(key) ?? reply.temp_id_mapping?.[tempId(key)] ?? markedIn(reply, target)
    return remoteId === null ? [] : [{ key, containerId, remoteId }]
  })
}

/** A repeated command may be answered without the id that it made (reference §20, U2): then its marker tells it. */
function markedIn(reply: SyncReply, target: ContainerTarget): string | null {
  if (reply.sync_status?.[target.key] !== 'ok') return null
  const kind = kindOf(target)
  const rows = (kind === 'project' ? reply.projects : reply.sections) ?? []
  const marked = rows
    .map((row) => decodeContainer(kind, row))
    .filter((container) => container?.marker === target.marker && container.state === 'active')
  return marked.length === 1 ? (marked[0]?.remoteId ?? null) : null
}

/** Why the container of an op was not made: what befell the outermost that failed; null when none did. */
export function homeFailure(op: WriteOp, reply: SyncReply): ProviderError | null {
  for (const { key } of idlessHomes(op)) {
    const entry = reply.sync_status?.[key]
    if (entry === undefined || entry === 'ok') continue
    // The one in which it lies is there now: the service remembers that it was not, and may forget (reference §20, U3).
    return needsEarlierCommand(entry) ? homeUnknown() : commandError(entry)
  }
  return null
}

export function homeUnknown(): ProviderError {
  return outcomeUnknown('Todoist did not say which project or section it made.')
}
