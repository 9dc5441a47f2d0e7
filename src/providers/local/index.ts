import type { Provider } from '../contract.ts'
import { call } from './call.ts'
import { capabilities, quota } from './capabilities.ts'
import { createContainers } from './containers.ts'
import { keep } from './keep.ts'
import { observe } from './mapping.ts'
import { pull } from './pull.ts'
import type { LocalTaskStore } from './store.ts'
import { write } from './write.ts'

/** Who writes for a sync. Tasks that a user made say `api`. */
const SYNC_USER = 'sync'

/**
 * Lists and tasks in Dealbridge's own database. No credentials, and a base URL that nobody reads: there is one store.
 * Changes that users make leave nudges themselves, so there are no webhooks.
 */
export function createLocal(store: LocalTaskStore): Provider {
  return {
    kind: 'local',
    name: 'Dealbridge tasks',
    capabilities,
    quota,
    credentialFields: [],
    defaultBaseUrl: 'local:',
    keep: (field, value) => keep(field, value),
    async check(connection) {
      const { answer } = await call(connection, () => store.storeId())
      return {
        accountId: answer,
        userId: SYNC_USER,
        zone: null,
        seesEveryone: true,
        domain: null,
        limits: {},
        probes: {},
      }
    },
    pull: (connection, request) => pull(store, connection, request),
    async read(connection, remoteIds) {
      const { askedAt, answer } = await call(connection, () => store.look(remoteIds))
      return { askedAt, observations: answer.map(observe), unreached: null }
    },
    write: (connection, ops) => write(store, connection, ops),
    // Keys of creates are kept for ever: one that is sent again makes nothing new.
    findCreated: async () => ({ kind: 'not-arrived' }),
    webhooks: null,
    renewal: null,
    containers: createContainers(store),
  }
}
