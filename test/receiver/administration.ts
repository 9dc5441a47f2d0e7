import { randomUUID } from 'node:crypto'
import { createLog } from '../../src/config/log.ts'
import { createProviders } from '../../src/providers/registry.ts'
import type { Administration } from '../../src/receiver/administration.ts'
import { syncName } from '../../src/receiver/api/sync-names.ts'
import type { Db } from '../../src/store/database.ts'
import { createLocalTaskStore } from '../../src/store/local/task-store.ts'
import { noteSync } from '../../src/store/syncs.ts'
import { TIMING } from '../histories/world.ts'

export const API_SECRET = 'a secret of the tests'

/** The real services and the real record; `told` gathers what workflows would hear, as nobody runs them here. */
export function administrationHeard(db: Db, told: string[]): Administration {
  const tell = (what: string) => async (all: readonly (string | { readonly id: string })[]) => {
    told.push(...all.map((one) => `${what} ${typeof one === 'string' ? one : one.id}`))
    return 0 as const
  }
  const runs = new Map<string, string>()
  return {
    deps: {
      db,
      providers: createProviders(createLocalTaskStore(db)),
      timing: TIMING,
      log: createLog({ level: 'silent', format: 'json' }),
    },
    secretKey: async () => API_SECRET,
    nudge: tell('nudge'),
    wake: tell('wake'),
    startConnections: tell('start'),
    retry: tell('retry'),
    stopConnections: tell('stop'),
    clean: async ({ id }) => tell('clean')([id]),
    wakeDeals: async (deals) => tell('deal')(deals.map(({ dealId }) => dealId)),
    fill: async ({ id }) => tell('fill')([id]),
    async startSync(scope) {
      const name = syncName(scope)
      told.push(`sync ${name}`)
      const runId = runs.get(name) ?? randomUUID()
      runs.set(name, runId)
      const started = { workflowId: `sync/${name}`, runId }
      await noteSync(db, started)
      return started
    },
    isRunning: async (workflowId) => told.includes(workflowId.replace('/', ' ')),
  }
}
