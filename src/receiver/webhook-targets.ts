import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import type { SecretKey } from '../config/secret-keys.ts'
import type { AccountFacts, Provider } from '../providers/contract.ts'
import { allConnections, type ConnectionRow, openCredentials } from '../store/connections.ts'
import type { Db } from '../store/database.ts'
import { type FormerSecret, formerSecrets, openFormerSecret } from '../store/former-secrets.ts'

/**
 * A connection that takes deliveries. `secrets`: each of them may have signed; none when none is stored, or it cannot be opened. After
 * a change the one before counts for a while.
 */
export type WebhookTarget = {
  readonly connectionId: string
  readonly name: string
  readonly provider: string
  readonly secrets: readonly string[]
  readonly facts: AccountFacts | null
}

/** How long what was read is good. */
const FRESH_MS = 3_000
/** The same for a delivery that fits nothing: a connection may be new, or its secret. Bounds what a stranger can cost. */
const FRESH_FOR_MISSES_MS = 500

/** The connections that take deliveries, with their secrets opened, read from the record every few seconds. */
export class WebhookTargets {
  readonly #db: Db
  readonly #secretKey: SecretKey
  readonly #log: Log
  readonly #providers: ReadonlyMap<string, Provider>
  #read: { readonly at: number; readonly targets: Promise<readonly WebhookTarget[]> } | null = null

  constructor(given: { db: Db; secretKey: SecretKey; log: Log; providers: ReadonlyMap<string, Provider> }) {
    this.#db = given.db
    this.#secretKey = given.secretKey
    this.#log = given.log
    this.#providers = given.providers
  }

  /** Rejects when the record cannot be read. `afterMiss`: what was given before did not fit; another array if read again. */
  all(afterMiss = false): Promise<readonly WebhookTarget[]> {
    const fresh = afterMiss ? FRESH_FOR_MISSES_MS : FRESH_MS
    if (this.#read !== null && performance.now() - this.#read.at < fresh) return this.#read.targets
    const read = { at: performance.now(), targets: this.#load() }
    this.#read = read
    read.targets.catch(() => {
      if (this.#read === read) this.#read = null
    })
    return read.targets
  }

  /** The next look is at the record. */
  forget(): void {
    this.#read = null
  }

  async #load(): Promise<readonly WebhookTarget[]> {
    const [rows, former] = await Promise.all([allConnections(this.#db), formerSecrets(this.#db)])
    return rows.filter((row) => row.webhooks).map((row) => this.#open(row, former))
  }

  #open(row: ConnectionRow, former: readonly FormerSecret[]): WebhookTarget {
    const { id: connectionId, name, provider, facts } = row
    const before = former.find((one) => one.connectionId === connectionId)
    return { connectionId, name, provider, facts, secrets: this.#secretsOf(row, before) }
  }

  #secretsOf(row: ConnectionRow, former: FormerSecret | undefined): readonly string[] {
    const name = this.#providers.get(row.provider)?.webhooks?.secretName
    if (name === undefined) return []
    try {
      const secret = openCredentials(row, this.#secretKey)[name]
      const before = former === undefined ? [] : [openFormerSecret(former, this.#secretKey)]
      return secret === undefined ? before : [secret, ...before]
    } catch (error) {
      this.#log.warn(
        { connection: row.name, reason: messageOf(error) },
        'the credentials of a connection cannot be opened: its deliveries are refused',
      )
      return []
    }
  }
}

/** Where a delivery comes in: at a service's common address, or at that of one connection by name. */
export type DeliveryAddress = { readonly provider: string; readonly connection: string | null }

export function isAt(target: WebhookTarget, { provider, connection }: DeliveryAddress): boolean {
  return target.provider === provider && (connection === null || target.name === connection)
}
