import type { Log } from '../config/log.ts'
import type { Nudge, Provider, WebhookHeaders, Webhooks } from '../providers/contract.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { NewDelivery } from '../store/deliveries.ts'
import { within } from './timers.ts'
import { type DeliveryAddress, isAt, type WebhookTarget, type WebhookTargets } from './webhook-targets.ts'

export type { DeliveryAddress }

/** Well inside the 10 s that senders wait. */
const RECORD_TIMEOUT_MS = 4_000

/**
 * What became of a delivery. `taken`: it is stored, or was before, or is of no interest. `off`: no connection takes
 * deliveries at this address. `refused`: no secret of a connection has signed it. `malformed`: signed, but no event.
 * `unavailable`: the record could not be reached; the sender should come again.
 */
export type IntakeOutcome = 'taken' | 'off' | 'refused' | 'malformed' | 'unavailable'

export type IntakeOptions = {
  readonly providers: ReadonlyMap<string, Provider>
  readonly targets: Pick<WebhookTargets, 'all' | 'forget'>
  /** False when it had been stored before. */
  readonly store: (delivery: NewDelivery) => Promise<boolean>
  readonly nudge: (connectionId: string) => void
  readonly log: Log
}

/** Takes webhook deliveries in: signature first, then the record, then a nudge. Calls no service. */
export class DeliveryIntake {
  readonly #options: IntakeOptions

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  /** Whether anybody listens at this address; asked before a body is read. */
  async isOn(address: DeliveryAddress): Promise<'on' | 'off' | 'unavailable'> {
    if (this.#webhooksOf(address) === null) return 'off'
    const on = await this.#record(() => this.#matching((target) => isAt(target, address)))
    return on === null ? 'unavailable' : on.length > 0 ? 'on' : 'off'
  }

  async take(address: DeliveryAddress, body: Uint8Array, headers: WebhookHeaders): Promise<IntakeOutcome> {
    const webhooks = this.#webhooksOf(address)
    if (webhooks === null) return 'off'
    const signers = await this.#record(() =>
      this.#matching((target) => isAt(target, address) && hasSigned(target, webhooks, body, headers)),
    )
    if (signers === null) return 'unavailable'
    if (signers.length === 0) return 'refused'
    const nudge = readNudge(webhooks, body, headers)
    if (nudge === 'malformed') return 'malformed'
    if (nudge === null) return 'taken'
    const deliveries = deliveriesOf(nudge, signers)
    if (deliveries.length === 0) this.#options.log.debug(address, 'a delivery for an account that nobody has')
    const stored = await this.#record(() => Promise.all(deliveries.map((one) => this.#store(one))))
    return stored === null ? 'unavailable' : 'taken'
  }

  #webhooksOf({ provider }: DeliveryAddress): Webhooks | null {
    return this.#options.providers.get(provider)?.webhooks ?? null
  }

  async #matching(fits: (target: WebhookTarget) => boolean): Promise<readonly WebhookTarget[]> {
    const known = await this.#options.targets.all()
    const found = known.filter(fits)
    if (found.length > 0) return found
    const again = await this.#options.targets.all(true)
    return again === known ? found : again.filter(fits)
  }

  /** The nudge hangs on the row alone: one that was stored after the sender had been sent away is announced too. */
  async #store(delivery: NewDelivery): Promise<void> {
    if (await this.#options.store(delivery)) this.#options.nudge(delivery.connectionId)
  }

  /** What the record answers; null when it does not, in time or at all. */
  async #record<T>(ask: () => Promise<T>): Promise<T | null> {
    try {
      return await within(RECORD_TIMEOUT_MS, ask())
    } catch (error) {
      this.#options.targets.forget()
      this.#options.log.warn({ error }, 'a delivery was sent away: the record cannot be reached')
      return null
    }
  }
}

function hasSigned(
  target: WebhookTarget,
  webhooks: Webhooks,
  body: Uint8Array,
  headers: WebhookHeaders,
): boolean {
  return target.secrets.some((secret) => webhooks.verify(body, headers, secret))
}

/** Only after the signature is known to be good. */
function readNudge(
  webhooks: Webhooks,
  body: Uint8Array,
  headers: WebhookHeaders,
): Nudge | null | 'malformed' {
  let event: unknown
  try {
    event = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return 'malformed'
  }
  try {
    return webhooks.toNudge(event, headers)
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'invalid') return 'malformed'
    throw error
  }
}

/**
 * Whom it is for: of several, those of the account it names, or whose account is not known yet. Where it names none
 * and several share the secret, ids may mean another account's tasks, so each is only told what to look for.
 */
function deliveriesOf(nudge: Nudge, signers: readonly WebhookTarget[]): NewDelivery[] {
  const { deliveryId, account, about } = nudge
  const to = ({ connectionId }: WebhookTarget) => ({ connectionId, deliveryId, about })
  const whole = { remoteIds: nudge.ids, made: nudge.made, deleted: nudge.deleted }
  if (signers.length === 1) return signers.map((one) => ({ ...to(one), ...whole }))
  if (account === null)
    return signers.map((one) => ({ ...to(one), remoteIds: [], made: false, deleted: false }))
  const named = signers.filter(({ facts }) => facts?.userId === account || facts?.accountId === account)
  const likely = named.length > 0 ? named : signers.filter(({ facts }) => facts === null)
  return likely.map((one) => ({ ...to(one), ...whole }))
}
