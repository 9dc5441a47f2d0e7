import type { Provider, RemotePerson } from '../contract.ts'
import { CONTEXT, call, type MemoryOptions, QUOTA_LIMIT } from './call.ts'
import { capabilitiesOf } from './capabilities.ts'
import { containersOf } from './containers.ts'
import { dealsOf } from './deals.ts'
import { findCreated } from './find-created.ts'
import { keep } from './keep.ts'
import { labelsOf } from './labels.ts'
import { looks, page } from './look.ts'
import { renewalOf } from './renewal.ts'
import { webhooksOf } from './webhook.ts'
import { MEMORY_USER, write } from './write.ts'

export type { MemoryOptions } from './call.ts'
export type { Flavour } from './capabilities.ts'
export { MEMORY_USER } from './write.ts'

/** The contract's reference implementation: complete, and with nothing of a network in the way. */
export function createMemory(options: MemoryOptions): Provider {
  const { kind, name = kind, flavour } = options
  return {
    kind,
    name,
    capabilities: capabilitiesOf(flavour),
    quota: [{ context: CONTEXT, limit: QUOTA_LIMIT, windowMs: 1_000 }],
    credentialFields: [{ name: 'key', label: 'Key', secret: true, required: false, help: 'Any.' }],
    defaultBaseUrl: 'memory:',
    keep: (field, value, context) => keep(flavour, field, value, context.zone),
    async check(connection) {
      await call(options, 'check', connection, () => ({}))
      return {
        accountId: kind,
        userId: MEMORY_USER,
        zone: 'UTC',
        seesEveryone: true,
        domain: null,
        limits: {},
        probes: {},
      }
    },
    pull: (connection, request) => call(options, 'pull', connection, () => page(options, request)),
    read: (connection, ids) =>
      call(options, 'read', connection, () => ({
        observations: looks(options, connection, ids),
        unreached: null,
      })),
    write: (connection, ops) => write(options, connection, ops),
    findCreated: (connection, lost) => findCreated(options, connection, lost),
    people: async (connection, query) => {
      const known = 'ids' in query ? query.ids.map(personOf) : []
      return (await call(options, 'people', connection, () => ({ known }))).known
    },
    personHelp: '`person:<id>` in the title',
    personHint: ({ title }) => {
      const found = / ?person:(\S+)/u.exec(title)
      return found?.[1] === undefined
        ? null
        : { by: { id: found[1] }, title: title.replace(found[0], ''), label: null }
    },
    ...(flavour === 'bare' ? { deals: dealsOf(options) } : {}),
    webhooks: webhooksOf(options),
    renewal: flavour === 'feed' ? renewalOf(options) : null,
    containers: flavour === 'feed' ? containersOf(options) : null,
    ...(flavour === 'feed' ? { labels: labelsOf(options) } : {}),
  }
}

/** Everybody is there, and can be reached. */
function personOf(remoteId: string): RemotePerson {
  return {
    remoteId,
    name: remoteId,
    phone: `555 ${remoteId}`,
    email: null,
    url: `https://memory.example/${remoteId}`,
  }
}
