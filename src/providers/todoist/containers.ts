import { randomUUID } from 'node:crypto'
import { isLinkLine } from '../../core/block-lines.ts'
import { splitDescription } from '../../core/description-block.ts'
import type { Connection, ContainerRef, Containers, NewContainer, RemoteContainer } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { askerOf, type Client, type Command } from './client.ts'
import {
  type ContainerKind,
  containerDescription,
  containerName,
  kindOf,
  tempId,
} from './container-commands.ts'
import { listContainers } from './container-list.ts'
import { createMaker } from './container-makes.ts'
import { commandError, notUnderstood, outcomeUnknown } from './errors.ts'
import { decodeContainer } from './mapping.ts'
import { hidesTasks, isUsed, removeEmpty } from './remove-empty.ts'
import { listTasks } from './task-list.ts'
import { containerSchema, type SyncReply, type WireContainer } from './wire.ts'
import { exchange } from './write.ts'

/**
 * Projects and sections. Each change is one Sync command, whose answer shows the result when the connection has a
 * cursor; otherwise it is read. All but `create` set values, so that repeating them under another uuid does no harm.
 */
export const createContainers = (client: Client, make = createMaker(client)): Containers => ({
  kinds: ['project', 'section'],
  moves: true,
  archives: true,
  list: (connection) => listContainers(client, connection),
  create: (connection, wanted) => create(client, make, connection, wanted),

  async update(connection, which, { name, marker, link }) {
    const kind = kindOf(which)
    if (name === undefined && marker === undefined && link === undefined)
      return shown(which, await look(client, connection, which))
    const args = {
      ...(name === undefined ? {} : { name: containerName(kind, name) }),
      ...(marker === undefined && link === undefined
        ? {}
        : { description: described(await look(client, connection, which), { marker, link }) }),
    }
    return change(client, connection, which, `${kind}_update`, args)
  },

  async move(connection, which, parent) {
    const args = kindOf(which) === 'section' ? { project_id: parent } : { parent_id: parent }
    return change(client, connection, which, `${kindOf(which)}_move`, args)
  },

  async tasks(connection, which) {
    const { remoteId } = which
    const within = kindOf(which) === 'section' ? { section_id: remoteId } : { project_id: remoteId }
    return listTasks(client, askerOf(connection), within)
  },

  removeEmpty: (connection, which) => removeEmpty(client, connection, kindOf(which), which.remoteId),

  async retire(connection, which) {
    const kind = kindOf(which)
    const asker = askerOf(connection)
    if (await isUsed(client, asker, kind, which.remoteId)) return null
    const put = await change(client, connection, which, `${kind}_archive`, {})
    // What its user has put there in this moment would be hidden with it.
    if (!(await hidesTasks(client, asker, kind, which.remoteId))) return put
    await change(client, connection, which, `${kind}_unarchive`, {})
    return null
  },

  async archive(connection, which, archived) {
    return change(client, connection, which, `${kindOf(which)}_${archived ? 'archive' : 'unarchive'}`, {})
  },
})

async function create(
  client: Client,
  make: ReturnType<typeof createMaker>,
  connection: Connection,
  wanted: NewContainer,
): Promise<RemoteContainer> {
  const kind = kindOf(wanted)
  const reply = await make(connection, wanted)
  const remoteId =
    reply.temp_id_mapping?.[tempId(wanted.key)] ?? (await marked(client, connection, wanted, reply))
  if (remoteId === null) throw outcomeUnknown('Todoist did not say which container it made.')
  return afterwards(client, connection, { kind, remoteId }, reply)
}

/** A repeated command may be answered without the id that it made (reference §20, U2). */
async function marked(
  client: Client,
  connection: Connection,
  { kind, marker }: NewContainer,
  reply: SyncReply,
): Promise<string | null> {
  if (marker === null) return null
  const isIt = (one: RemoteContainer) => one.kind === kind && one.marker === marker && one.state === 'active'
  const near = rowsOf(kindOf({ kind }), reply).flatMap((row) => decodeContainer(kindOf({ kind }), row) ?? [])
  const found = near.some(isIt) ? near : (await listContainers(client, connection)).containers
  const [only, ...others] = found.filter(isIt)
  return only === undefined || others.length > 0 ? null : only.remoteId
}

async function change(
  client: Client,
  connection: Connection,
  which: ContainerRef,
  type: string,
  args: Readonly<Record<string, unknown>>,
): Promise<RemoteContainer> {
  const command = { type, uuid: randomUUID(), args: { id: which.remoteId, ...args } }
  return afterwards(client, connection, which, await run(client, connection, command))
}

async function run(client: Client, connection: Connection, command: Command): Promise<SyncReply> {
  const asker = askerOf(connection)
  const { reply } = await exchange(client, asker, [command], connection.cursor, () => undefined)
  const status = reply.sync_status?.[command.uuid]
  if (status === undefined) throw outcomeUnknown('Todoist did not say what became of the command.')
  if (status !== 'ok') throw commandError(status)
  return reply
}

/** The container as the answer shows it; one that did not change lately is not in it, and is read. */
async function afterwards(
  client: Client,
  connection: Connection,
  which: ContainerRef,
  reply: SyncReply,
): Promise<RemoteContainer> {
  const row = rowsOf(kindOf(which), reply).find(
    (one) => containerSchema.safeParse(one).data?.id === which.remoteId,
  )
  return shown(which, row ?? (await look(client, connection, which)))
}

function rowsOf(kind: ContainerKind, reply: SyncReply): readonly unknown[] {
  // A full answer may be older than the write itself.
  if (reply.full_sync === true) return []
  return (kind === 'project' ? reply.projects : reply.sections) ?? []
}

async function look(client: Client, connection: Connection, which: ContainerRef): Promise<WireContainer> {
  const path = `/${kindOf(which)}s/${encodeURIComponent(which.remoteId)}`
  const { body } = await client.get(askerOf(connection), path)
  const row = containerSchema.safeParse(body)
  if (!row.success) throw notUnderstood('read')
  return row.data
}

/** Throws `gone` for one that the service shows only as deleted. */
function shown(which: ContainerRef, row: unknown): RemoteContainer {
  const container = decodeContainer(kindOf(which), row)
  if (container === null) throw notUnderstood('read')
  if (container.state === 'gone')
    throw new ProviderError({
      kind: 'gone',
      provider: 'todoist',
      message: `The ${which.kind} does not exist in Todoist any more.`,
    })
  return container
}

/** What is not said stays as it is. */
function described(
  { description }: WireContainer,
  { marker, link }: Pick<Parameters<Containers['update']>[2], 'marker' | 'link'>,
): string {
  const text = description ?? ''
  const { notes, lines, marker: before } = splitDescription(text, text.split(/\r?\n/u).filter(isLinkLine))
  return containerDescription(
    notes,
    marker === undefined ? before : marker,
    link === undefined ? (lines[0] ?? null) : link,
  )
}
