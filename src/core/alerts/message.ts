import type { DbTime } from '../db-time.ts'
import type { AlertKind, AlertSubject } from './alert.ts'
import type { NoticeKind } from './next-alerts.ts'

/** One alert as a message tells of it. `alert`: its number in the record. */
export type ToldAlert = {
  readonly what: NoticeKind
  readonly alert: string
  readonly kind: AlertKind
  readonly urgent: boolean
  readonly subject: AlertSubject
  readonly count: number | null
  readonly since: DbTime
  readonly endedAt: DbTime | null
}

/** Of a route: how many of its tasks wait for a decision, by why; and of its deals. */
export type DigestRoute = {
  readonly route: string
  readonly draft: boolean
  readonly waiting: readonly { readonly reason: string; readonly count: number }[]
  readonly failed: number
  readonly questions: number
  readonly deals: number
}

/**
 * What is sent. `zone`: in which its times are told. Titles of a digest are there only when an option asks for them; they are taken
 * out of the record once it is sent.
 */
export type AlertMessage =
  | { readonly type: 'alerts'; readonly zone: string; readonly alerts: readonly ToldAlert[] }
  | {
      readonly type: 'digest'
      readonly zone: string
      readonly day: string
      readonly routes: readonly DigestRoute[]
      readonly titles?: readonly { readonly route: string; readonly reason: string; readonly title: string }[]
    }
  | { readonly type: 'test'; readonly zone: string }
