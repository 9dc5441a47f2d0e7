import { ALERT_RULES, type Finding } from '../../core/alerts/alert.ts'
import type { AlertMessage, ToldAlert } from '../../core/alerts/message.ts'
import { type AlertsAfter, nextAlerts } from '../../core/alerts/next-alerts.ts'
import { dayBefore, digestDay, isQuiet } from '../../core/alerts/quiet-hours.ts'
import { addMessage, messagesDue, type Way } from '../../store/alert-messages.ts'
import { dropAlerts, saveAlerts, standingAlerts } from '../../store/alerts.ts'
import { clockNow } from '../../store/clock.ts'
import { inTransaction, type Tx } from '../../store/database.ts'
import { digestRoutes, waitingTitles } from '../../store/digest.ts'
import { allRoutes } from '../../store/routes.ts'
import { claimChore, holdWatch, noteDigest, noteWorkerLook, type Watch } from '../../store/watch.ts'
import { findTroubles, fullDisk } from './findings.ts'
import type { WatchDeps } from './watch-deps.ts'

const CLEAR_EVERY_MS = 60 * 60_000
/** One request of each account that has webhooks. */
const WEBHOOKS_EVERY_MS = 10 * 60_000
/** What has failed is done again after that; no two runs of the watch are under way at once. */
const AGAIN_MS = 2 * 60_000
const MOST_TITLES = 50

/** `by`: the receiver looks when no worker does. */
export type LookInput = { readonly by: 'worker' | 'receiver' }
/**
 * What is due now. `send`: messages wait to be sent. `clear`: rows that are too old are to be cleared. `webhooks`: the services are to
 * be asked for ours.
 */
export type LookOutput = { readonly send: boolean; readonly clear: boolean; readonly webhooks: boolean }

/**
 * Looks for trouble in the record, remembers it, and writes down what is to be told, all in one transaction: whoever sends it
 * later repeats nothing. Of several who look at once one does.
 */
export async function lookForTrouble(deps: WatchDeps, { by }: LookInput): Promise<LookOutput> {
  const ways = waysOf(deps)
  const disk = await fullDisk(deps)
  const due = await inTransaction(deps.db, async (tx) => {
    const watch = await holdWatch(tx)
    if (watch === undefined) return { clear: false, webhooks: false }
    if (by === 'worker') await noteWorkerLook(tx)
    await look(deps, tx, { watch, ways, disk })
    // The receiver does neither: it only tells.
    if (by === 'receiver') return { clear: false, webhooks: false }
    return {
      clear: await claimChore(tx, 'clearing', { everyMs: CLEAR_EVERY_MS, againMs: AGAIN_MS }),
      webhooks: await claimChore(tx, 'webhooks', { everyMs: WEBHOOKS_EVERY_MS, againMs: AGAIN_MS }),
    }
  })
  return { send: ways.length > 0 && (await messagesDue(deps.db, ways)), ...due }
}

export function waysOf({ alerting }: Pick<WatchDeps, 'alerting'>): Way[] {
  return [
    ...(alerting.email === null ? [] : ['email' as const]),
    ...(alerting.webhook === null ? [] : ['webhook' as const]),
  ]
}

async function look(
  deps: WatchDeps,
  tx: Tx,
  {
    watch,
    ways,
    disk,
  }: { readonly watch: Watch; readonly ways: readonly Way[]; readonly disk: readonly Finding[] },
): Promise<void> {
  const { alerting } = deps
  const now = await clockNow(tx)
  const zone = alerting.zone ?? (await routesZone(tx))
  const quiet = isQuiet(now, zone, alerting.quiet)
  const { findings, unseen } = await findTroubles(deps, tx)
  const after = nextAlerts({
    now,
    findings: [...findings, ...disk],
    unseen,
    alerts: await standingAlerts(tx),
    speak: ways.length === 0 ? 'nobody' : quiet ? 'urgent' : 'always',
    afterMs: alerting.afterMs,
    remindMs: alerting.remindMs,
  })
  await dropAlerts(tx, after.over)
  const told = toldAlerts(after, await saveAlerts(tx, after.alerts))
  if (told.length > 0) await addMessage(tx, ways, { type: 'alerts', zone, alerts: told })
  if (!quiet) await digest(deps, tx, { watch, ways, zone })
}

/** `ids`: of all alerts, in their order. */
function toldAlerts({ alerts, notices }: AlertsAfter, ids: readonly string[]): ToldAlert[] {
  return notices.map(({ what, alert }) => {
    const { kind, subject, count, since, endedAt } = alert
    return {
      what,
      alert: ids[alerts.indexOf(alert)] ?? '',
      kind,
      urgent: ALERT_RULES[kind].urgent,
      subject,
      count,
      since,
      endedAt,
    }
  })
}

/** Once a day, where something waits for a decision. The first day is the one after alerts began to be looked for. */
async function digest(
  { alerting }: WatchDeps,
  tx: Tx,
  given: { readonly watch: Watch; readonly ways: readonly Way[]; readonly zone: string },
): Promise<void> {
  const { digestAt: at } = alerting
  const { watch, ways, zone } = given
  if (at === null || ways.length === 0) return
  const now = await clockNow(tx)
  const day = digestDay(now, zone, { at, lastOn: watch.digestOn })
  if (watch.digestOn === null) return noteDigest(tx, day ?? dayBefore(now, zone))
  if (day === null) return
  await noteDigest(tx, day)
  const routes = await digestRoutes(tx)
  if (routes.length === 0) return
  const titles = alerting.digestTitles ? { titles: await waitingTitles(tx, MOST_TITLES) } : {}
  const message: AlertMessage = { type: 'digest', zone, day, routes, ...titles }
  await addMessage(tx, ways, message)
}

/** The zone in which people of the first route read times; without a route that of this machine. */
async function routesZone(tx: Tx): Promise<string> {
  const [first] = await allRoutes(tx)
  return first?.policy.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
}
