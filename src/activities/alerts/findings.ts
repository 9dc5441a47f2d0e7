import { dataDisk } from '../../config/data-disk.ts'
import { type Finding, keyOf } from '../../core/alerts/alert.ts'
import { clockNow } from '../../store/clock.ts'
import { openCredentials } from '../../store/connections.ts'
import type { Db, Tx } from '../../store/database.ts'
import {
  askingRoutes,
  failingRoutes,
  movedAwayRoutes,
  stoppedRoutes,
  stuckFirstSyncs,
  type WatchedConnection,
  watchedConnections,
} from '../../store/troubles.ts'
import { sinceWorkerLook } from '../../store/watch.ts'
import { webhookTroubles } from '../../store/webhook-troubles.ts'
import type { WatchDeps } from './watch-deps.ts'

/** A worker looks every minute; when none has for so long, none works. */
export const WORKER_AWAY_MS = 3 * 60_000

/** `unseen`: keys of causes that could not be looked at. */
export type Troubles = { readonly findings: readonly Finding[]; readonly unseen: ReadonlySet<string> }

/** Everything that is wrong now, from the record alone; nobody is called. */
export async function findTroubles(deps: WatchDeps, tx: Tx): Promise<Troubles> {
  const { afterMs } = deps.alerting
  const now = Date.parse(await clockNow(tx))
  const connections = await watchedConnections(tx)
  const webhooks = await brokenWebhooks(tx)
  const findings = [
    ...(await missingWorker(tx)),
    ...connections.flatMap((one) => connectionFindings(deps, one, now)),
    ...webhooks.findings,
    ...(await stoppedRoutes(tx)),
    ...(await stuckFirstSyncs(tx, afterMs)),
    ...(await failingRoutes(tx)),
    ...(await askingRoutes(tx)),
    ...(await movedAwayRoutes(tx)),
  ]
  return { findings, unseen: webhooks.unseen }
}

async function brokenWebhooks(tx: Tx): Promise<Troubles> {
  const all = (await webhookTroubles(tx)).map(({ connectionId, name, events }): Finding => {
    const subject = { about: 'connection', id: connectionId, name } as const
    return { kind: 'webhook', subject, count: events, since: null }
  })
  return {
    findings: all.filter(({ count }) => count !== null),
    unseen: new Set(all.filter(({ count }) => count === null).map(keyOf)),
  }
}

async function missingWorker(sql: Db | Tx): Promise<Finding[]> {
  const ms = await sinceWorkerLook(sql)
  if (ms === null || ms < WORKER_AWAY_MS) return []
  return [{ kind: 'worker-missing', subject: INSTALLATION, count: null, since: null }]
}

const INSTALLATION = { about: 'installation', id: '', name: '' } as const

function connectionFindings(deps: WatchDeps, one: WatchedConnection, now: number): Finding[] {
  const subject = { about: 'connection', id: one.id, name: one.name } as const
  const found = (kind: Finding['kind'], since: Finding['since']): Finding[] => [
    { kind, subject, count: null, since },
  ]
  switch (one.state) {
    case 'paused':
      return []
    case 'auth-failed':
      return found('key-refused', one.stateSince)
    case 'unreachable':
      return found('unreachable', one.stateSince)
    case 'ok':
      return [
        ...(cannotRenew(deps, one, now) ? found('access-ends', null) : []),
        ...(one.overdueSince === null ? [] : found('not-looked-at', one.overdueSince)),
      ]
  }
}

/** Credentials are renewed before they end: those that have ended, or that the service renews no more, need a person. */
function cannotRenew({ providers, secretKey, log }: WatchDeps, one: WatchedConnection, now: number): boolean {
  if (one.renewRefused) return true
  const renewal = providers.get(one.provider)?.renewal ?? null
  if (renewal === null) return false
  try {
    const endsAt = renewal.endsAt(openCredentials(one, secretKey))
    return endsAt !== null && endsAt <= now
  } catch (error) {
    // Sealed with another key: whoever uses them says so.
    log.debug({ connection: one.name, err: error }, 'credentials could not be looked at')
    return false
  }
}

/** Whether little room is left where everything embedded lies. A disk may take its time: never asked while rows are locked. */
export async function fullDisk({ alerting: { dataDir, diskFreeMb } }: WatchDeps): Promise<Finding[]> {
  const disk = await dataDisk(dataDir ?? undefined, diskFreeMb)
  return disk?.state === 'full'
    ? [{ kind: 'disk-full', subject: INSTALLATION, count: disk.freeMb, since: null }]
    : []
}
