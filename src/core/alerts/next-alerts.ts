import { type DbTime, msBetween } from '../db-time.ts'
import { ALERT_RULES, type Alert, type Finding, keyOf } from './alert.ts'

/** So long a cause must stay away before its alert ends: what comes and goes is one alert. */
export const CALM_MS = 10 * 60_000

/**
 * `began`, and `reminder` of what lasts; `ended` of what was told; `passed`: it came and went while nothing was told, in quiet
 * hours.
 */
export const NOTICE_KINDS = ['began', 'reminder', 'ended', 'passed'] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]
export type Notice = { readonly what: NoticeKind; readonly alert: Alert }

export type AlertTimes = {
  /** How long trouble lasts before it is told, milliseconds. */
  readonly afterMs: number
  /** Between two reminders; null: there are none. */
  readonly remindMs: number | null
}

/** `speak`: who may be told now. `nobody`: no way is configured, and nothing is kept to be told later. */
export type AlertLook = AlertTimes & {
  readonly now: DbTime
  readonly findings: readonly Finding[]
  /** Alerts of which something is left to be told, or that have not ended. */
  readonly alerts: readonly Alert[]
  /** Keys (`keyOf`) of causes that could not be looked at. */
  readonly unseen: ReadonlySet<string>
  readonly speak: 'always' | 'urgent' | 'nobody'
}

/** `alerts`: as they are from now on; `over`: ids of those that were never worth a word. */
export type AlertsAfter = {
  readonly alerts: readonly Alert[]
  readonly over: readonly string[]
  readonly notices: readonly Notice[]
}

/** What became of each cause since the last look, and what is to be said about it. */
export function nextAlerts(look: AlertLook): AlertsAfter {
  const found = new Map(judged(look.findings).map((finding) => [keyOf(finding), finding]))
  const open = look.alerts.filter(({ endedAt }) => endedAt === null)
  const known = new Set(open.map(keyOf))
  const begun = [...found].filter(([key]) => !known.has(key)).map(([, finding]) => begin(finding, look.now))
  const alerts: Alert[] = []
  const over: string[] = []
  const notices: Notice[] = []
  for (const alert of [...look.alerts, ...begun]) {
    const now = alert.endedAt === null ? follow(alert, found.get(keyOf(alert)), look) : alert
    if (now === null) {
      if (alert.id !== null) over.push(alert.id)
      continue
    }
    const said = say(now, look)
    alerts.push(said.alert)
    if (said.what !== null) notices.push({ what: said.what, alert: said.alert })
  }
  return { alerts, over, notices }
}

/** Where no worker works, what follows from that is no trouble of its own. */
function judged(findings: readonly Finding[]): readonly Finding[] {
  if (!findings.some(({ kind }) => kind === 'worker-missing')) return findings
  return findings.filter(({ kind }) => !ALERT_RULES[kind].needsWorker)
}

function begin({ kind, subject, count, since }: Finding, now: DbTime): Alert {
  return {
    id: null,
    kind,
    subject,
    count,
    since: since ?? now,
    foundAt: now,
    wellSince: null,
    dueAt: null,
    toldAt: null,
    remindedAt: null,
    endedAt: null,
    endToldAt: null,
  }
}

/** Null: it is over, and nobody needs to know that it was. */
function follow(alert: Alert, finding: Finding | undefined, look: AlertLook): Alert | null {
  const { now, afterMs } = look
  if (finding !== undefined) {
    const lasted = ALERT_RULES[alert.kind].atOnce || msBetween(alert.foundAt, now) >= afterMs
    return {
      ...alert,
      subject: finding.subject,
      count: finding.count,
      wellSince: null,
      dueAt: alert.dueAt ?? (lasted ? now : null),
    }
  }
  if (isUnseen(alert, look)) return alert
  const wellSince = alert.wellSince ?? now
  if (msBetween(wellSince, now) < CALM_MS) return { ...alert, wellSince }
  if (alert.dueAt === null) return null
  return { ...alert, wellSince, endedAt: wellSince, endToldAt: look.speak === 'nobody' ? now : null }
}

/** A worker that is away says nothing of what it would have looked at. */
function isUnseen(alert: Alert, { unseen, findings }: AlertLook): boolean {
  if (unseen.has(keyOf(alert))) return true
  return ALERT_RULES[alert.kind].needsWorker && findings.some(({ kind }) => kind === 'worker-missing')
}

/** What is said of an alert now, if anything, and the alert as it is once that is said. */
function say(
  alert: Alert,
  { now, speak, remindMs }: AlertLook,
): { readonly what: NoticeKind | null; readonly alert: Alert } {
  const { urgent, reminds } = ALERT_RULES[alert.kind]
  if (alert.endToldAt !== null || speak === 'nobody' || (speak === 'urgent' && !urgent))
    return { what: null, alert }
  if (alert.endedAt !== null)
    return { what: alert.toldAt === null ? 'passed' : 'ended', alert: { ...alert, endToldAt: now } }
  if (alert.dueAt === null || alert.wellSince !== null) return { what: null, alert }
  if (alert.toldAt === null) return { what: 'began', alert: { ...alert, toldAt: now } }
  const last = alert.remindedAt ?? alert.toldAt
  if (!reminds || remindMs === null || msBetween(last, now) < remindMs) return { what: null, alert }
  return { what: 'reminder', alert: { ...alert, remindedAt: now } }
}
