import type { Connection, Containers, RemoteContainer } from '../contract.ts'
import { askerOf, type Client } from './client.ts'
import { decodeContainer } from './mapping.ts'
import type { SyncReply } from './wire.ts'

const RESOURCES = ['projects', 'sections']

/**
 * Every active project and section, by a full Sync of the two and an incremental one from its token: two requests
 * however many there are, where the REST lists take one for every 200. The first may be older than now (reference
 * §13.2), so the second is what makes it current.
 */
export async function listContainers(client: Client, connection: Connection): ReturnType<Containers['list']> {
  const asker = askerOf(connection)
  const first = await client.sync(asker, { token: '*', resources: RESOURCES })
  const rest = await client.sync(asker, { token: first.reply.sync_token, resources: RESOURCES })
  const seen = new Map<string, RemoteContainer>()
  for (const one of [...containersOf(first.reply), ...containersOf(rest.reply)]) seen.set(one.remoteId, one)
  const active = [...seen.values()].filter((one) => one.state === 'active')
  const projects = new Set(active.flatMap((one) => (one.kind === 'project' ? one.remoteId : [])))
  return {
    askedAt: first.askedAt,
    // Whether the sections of an archived project are shown is not documented; nothing can be put into them.
    containers: active.filter((one) => one.kind === 'project' || projects.has(one.parent ?? '')),
  }
}

/** The projects and sections of an answer, as far as they can be read. */
export function containersOf(reply: SyncReply): RemoteContainer[] {
  return [
    ...(reply.projects ?? []).flatMap((row) => decodeContainer('project', row) ?? []),
    ...(reply.sections ?? []).flatMap((row) => decodeContainer('section', row) ?? []),
  ]
}
