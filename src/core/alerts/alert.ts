import type { DbTime } from '../db-time.ts'

/**
 * What is worth waking a person for. Those of a whole installation: `worker-missing`, `disk-full`. Of a connection: `unreachable`,
 * `key-refused`, `access-ends` (credentials that nobody can renew), `not-looked-at`, `webhook`. Of a route: `mass-change`,
 * `first-sync`, `conflicts`, `failing`, `moved-away` (sections that their user has moved to another stage's project for good).
 */
export const ALERT_KINDS = [
  'worker-missing',
  'disk-full',
  'key-refused',
  'access-ends',
  'unreachable',
  'not-looked-at',
  'webhook',
  'mass-change',
  'first-sync',
  'failing',
  'conflicts',
  'moved-away',
] as const
export type AlertKind = (typeof ALERT_KINDS)[number]

export type AlertSubject = {
  readonly about: 'connection' | 'route' | 'installation'
  /** Of the connection or route; empty for the installation. */
  readonly id: string
  readonly name: string
}

/** Trouble as it is now. `count`: of what waits or has failed; of `webhook` the events; of `disk-full` the free megabytes. `since`: where the record knows it. */
export type Finding = {
  readonly kind: AlertKind
  readonly subject: AlertSubject
  readonly count: number | null
  readonly since: DbTime | null
}

/** One cause, as the record remembers it. `id` is null until it is stored. */
export type Alert = {
  readonly id: string | null
  readonly kind: AlertKind
  readonly subject: AlertSubject
  readonly count: number | null
  readonly since: DbTime
  readonly foundAt: DbTime
  /** Not found any more since then; it may still come back. */
  readonly wellSince: DbTime | null
  /** When it had lasted long enough to be told. */
  readonly dueAt: DbTime | null
  readonly toldAt: DbTime | null
  readonly remindedAt: DbTime | null
  readonly endedAt: DbTime | null
  /** Nothing is left to be told of it. */
  readonly endToldAt: DbTime | null
}

type Rule = {
  /** Told at once, and also in quiet hours: everything stands still, or is about to. */
  readonly urgent: boolean
  /** Told without waiting whether it passes: nothing but a person ends it. */
  readonly atOnce: boolean
  /** Told again while it lasts. What the daily digest counts anyway is not. */
  readonly reminds: boolean
  /** Cannot be judged while no worker works. */
  readonly needsWorker: boolean
}

export const ALERT_RULES: Readonly<Record<AlertKind, Rule>> = {
  'worker-missing': { urgent: true, atOnce: false, reminds: true, needsWorker: false },
  'disk-full': { urgent: true, atOnce: true, reminds: true, needsWorker: false },
  'key-refused': { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  'access-ends': { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  unreachable: { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  'not-looked-at': { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  webhook: { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  'mass-change': { urgent: false, atOnce: true, reminds: true, needsWorker: false },
  'first-sync': { urgent: false, atOnce: false, reminds: true, needsWorker: true },
  failing: { urgent: false, atOnce: false, reminds: false, needsWorker: false },
  conflicts: { urgent: false, atOnce: false, reminds: false, needsWorker: false },
  'moved-away': { urgent: false, atOnce: false, reminds: false, needsWorker: false },
}

/** Two findings of one key are one cause. */
export function keyOf({ kind, subject }: Pick<Finding, 'kind' | 'subject'>): string {
  return `${kind}/${subject.about}/${subject.id}`
}
