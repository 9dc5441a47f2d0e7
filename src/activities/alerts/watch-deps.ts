import type { Alerting } from '../../config/alerting.ts'
import type { Deps } from '../deps.ts'

/** What somebody who looks for trouble works with. The receiver does so too, when no worker does. */
export type WatchDeps = Pick<Deps, 'db' | 'providers' | 'secretKey' | 'log'> & {
  readonly alerting: Alerting
}

const NOBODY_IS_TOLD: Alerting = {
  email: null,
  webhook: null,
  afterMs: 15 * 60_000,
  remindMs: null,
  quiet: null,
  digestAt: null,
  digestTitles: false,
  zone: null,
  publicUrl: null,
  dataDir: null,
  diskFreeMb: 0,
}

export function watchDeps({ db, providers, secretKey, log, alerting = NOBODY_IS_TOLD }: Deps): WatchDeps {
  return { db, providers, secretKey, log, alerting }
}
