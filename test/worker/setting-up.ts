import type { Client } from '@temporalio/client'
import type { SettingUp } from '../../src/activities/setup/setting-up.ts'
import type { Db } from '../../src/store/database.ts'
import { routeById } from '../../src/store/routes.ts'
import { startConnections } from '../../src/worker/connection-calls.ts'
import { beginFirstSync } from '../../src/worker/first-syncs.ts'

/** As a worker's own, of a process that has nothing configured. */
export function settingUpAt(client: Client, db: Db): SettingUp {
  return {
    connectConfigured: async () => ['nothing is configured'],
    startConnections: (ids) => startConnections(client, db, ids),
    beginFirstSync: async (routeId) => beginFirstSync(client, db, await routeById(db, routeId)),
  }
}
