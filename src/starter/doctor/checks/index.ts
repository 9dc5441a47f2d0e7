import type { Check } from '../patient.ts'
import { checkConnections } from './connections.ts'
import { checkDataFolder } from './data-folder.ts'
import { checkDiskSpace } from './disk-space.ts'
import { checkLooks } from './looks.ts'
import { checkNode } from './node.ts'
import { checkOptions } from './options.ts'
import { checkPostgres } from './postgres.ts'
import { checkProcesses } from './processes.ts'
import { checkRoutes } from './routes.ts'
import { checkSchema } from './schema.ts'
import { checkSecretKey } from './secret-key.ts'
import { checkServiceClocks } from './service-clocks.ts'
import { checkTemporal } from './temporal.ts'
import { checkWebhooks } from './webhooks.ts'
import { checkWorkers } from './workers.ts'
import { checkWorkflows } from './workflows.ts'

/** By what they are about, in the order in which one leans on the others before it. */
export const CHECKS: readonly { readonly name: string; readonly check: Check }[] = [
  { name: 'node', check: checkNode },
  { name: 'options', check: checkOptions },
  { name: 'data folder', check: checkDataFolder },
  { name: 'disk', check: checkDiskSpace },
  { name: 'processes', check: checkProcesses },
  { name: 'postgres', check: checkPostgres },
  { name: 'schema', check: checkSchema },
  { name: 'secret key', check: checkSecretKey },
  { name: 'temporal', check: checkTemporal },
  { name: 'workers', check: checkWorkers },
  { name: 'workflows', check: checkWorkflows },
  { name: 'connections', check: checkConnections },
  { name: 'clocks', check: checkServiceClocks },
  { name: 'looks', check: checkLooks },
  { name: 'webhooks', check: checkWebhooks },
  { name: 'routes', check: checkRoutes },
]
