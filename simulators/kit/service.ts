import type { IncomingHttpHeaders } from 'node:http'
import type { SimClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Route, SimReply, SimRequest } from './http-types.ts'
import type { KeyRing } from './keys.ts'
import type { WireAnswer } from './sending.ts'
import type { SettingShape, Settings } from './settings.ts'
import type { CarryWebhook, WebhookSender } from './webhooks.ts'

/**
 * What a simulated service hands to `startServer`. The kit owns the sockets, the log, the faults and
 * `/__sim`; the service owns its routes, its words for errors and its records.
 */
export interface SimService {
  /** For messages: `Follow Up Boss`. */
  readonly name: string
  readonly clock: SimClock
  readonly faults: Faults
  readonly keys: KeyRing
  readonly settings: Pick<Settings<SettingShape>, 'all' | 'change' | 'changed' | 'reset'>
  readonly webhooks: WebhookSender
  readonly routes: readonly Route[]
  /** Asked before every routed handler: keys, rate limits. A reply ends the request there. */
  admit?(request: SimRequest): SimReply | undefined
  /** Last touch on every reply except faults: common headers. */
  finish?(request: SimRequest, reply: SimReply): SimReply
  /** The service's words for a path it does not have. */
  notFound(request: SimRequest): SimReply
  /** The service's shape of an error reply with this status, for the fault `status:<code>`. */
  errorReply(status: number): SimReply
  /** What this service has beneath `/__sim/` beside the kit's own; undefined = it has not. */
  admin?(request: SimRequest): SimReply | undefined
  /** Body of `GET /__sim/state`: everything held. */
  state(): unknown
  /** Back to the data it started with. The kit resets clock, faults, keys, settings, log and webhooks. */
  reset(): void
  /** Grows with every change of a record; the page reloads when it moves. */
  version(): number
  /** What is kept over a restart; absent = nothing. */
  readonly keep?: Keep
  /** The HTML of `GET /__sim/` (see `kit/page.ts`). */
  page(): string
}

/** How a service's own part of a snapshot is made. The kit adds clock, keys, settings and webhooks. */
export interface Keep {
  /** `DIR/<service>.json` */
  readonly file: string
  /**
   * JSON of everything the service must not forget. Not deep copied, and written while requests are served: the lists
   * are new, and the rows in them are replaced on change, never changed in place.
   */
  snapshot(): unknown
  /** Moves whenever the snapshot would be another. */
  changes(): number
}

/** Options every `start…` function takes. */
export interface SimOptions {
  /** 0 = any free port. */
  port: number
  /** Default 127.0.0.1. */
  host?: string
  data: SimData
  /** Seed of the data, of ids and of every random choice. Absent: the data of seed 1, ids as no other start has them. */
  seed?: number | undefined
  /** Seed of ids where they are not to be those of `seed`. */
  idSeed?: number | undefined
  /** Folder to keep the state in over restarts; made when missing. What is kept there wins over `data` and `seed`. */
  state?: string | undefined
  /** Keys that work: null or absent = any non-empty text. */
  keys?: readonly string[] | Readonly<Record<string, string | number>> | null
}

/** A number: so many open tasks. `deals`: active ones, over all stages; the tasks are those of the people on them. */
export type SimData = 'demo' | 'empty' | number | { readonly tasks: number; readonly deals: number }

/** A running simulator. */
export interface RunningSim {
  /** `http://127.0.0.1:4101`, no slash at the end and no API path. */
  readonly url: string
  readonly port: number
  /** Ends open sockets and timers; resolves when the port is free. */
  close(): Promise<void>
  /**
   * The same answer as over HTTP, for a caller in this process: `target` is path and query, names of `headers` are in
   * lower case. `cut`: the connection ended without an answer.
   */
  call(
    method: string,
    target: string,
    headers?: IncomingHttpHeaders,
    body?: string,
  ): Promise<WireAnswer | 'cut'>
  /** Hands every delivery over at once in the place of sending it: no wait, no fault, no retry. Undefined: sends again. */
  carryWebhooks(carry: CarryWebhook | undefined): void
}
