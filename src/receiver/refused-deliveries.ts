import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import { realTimers, type Timers } from './timers.ts'
import { type DeliveryAddress, isAt, type WebhookTargets } from './webhook-targets.ts'

/** So often at most the record hears of them: a stranger must not be able to make it busy. */
const WRITE_EVERY_MS = 1_000

export type RefusedDeliveriesOptions = {
  readonly targets: Pick<WebhookTargets, 'all'>
  readonly add: (connectionId: string, count: number) => Promise<void>
  readonly log: Log
  readonly timers?: Timers
}

/** Counts deliveries that no secret has signed: for `/health` by service, for the record by connection. */
export class RefusedDeliveries {
  readonly #options: RefusedDeliveriesOptions
  readonly #byProvider: Record<string, number> = {}
  /** Not in the record yet. */
  #waiting = new Map<string, { readonly address: DeliveryAddress; count: number }>()
  #cancel: (() => void) | null = null

  constructor(options: RefusedDeliveriesOptions) {
    this.#options = options
  }

  /** Since this process began, by service. */
  get byProvider(): Readonly<Record<string, number>> {
    return this.#byProvider
  }

  count(address: DeliveryAddress): void {
    this.#byProvider[address.provider] = (this.#byProvider[address.provider] ?? 0) + 1
    this.#await(address, 1)
    this.#cancel ??= (this.#options.timers ?? realTimers).after(WRITE_EVERY_MS, () => void this.write())
  }

  /** Writes down what is not in the record yet; what cannot be written waits for the next one. */
  async write(): Promise<void> {
    this.#cancel?.()
    this.#cancel = null
    const waiting = [...this.#waiting.values()]
    this.#waiting = new Map()
    for (const { address, count } of waiting) {
      try {
        const targets = (await this.#options.targets.all()).filter((target) => isAt(target, address))
        for (const { connectionId } of targets) await this.#options.add(connectionId, count)
      } catch (error) {
        this.#options.log.debug({ reason: messageOf(error) }, 'refused deliveries could not be counted yet')
        this.#await(address, count)
      }
    }
  }

  #await(address: DeliveryAddress, count: number): void {
    const key = JSON.stringify([address.provider, address.connection])
    const known = this.#waiting.get(key)
    if (known === undefined) this.#waiting.set(key, { address, count })
    else known.count += count
  }
}
