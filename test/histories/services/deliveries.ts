import { createLog } from '../../../src/config/log.ts'
import { DeliveryIntake } from '../../../src/receiver/delivery-intake.ts'
import { connectionById } from '../../../src/store/connections.ts'
import { storeDelivery } from '../../../src/store/deliveries.ts'
import type { Lab } from './lab.ts'
import type { Side } from './sides.ts'

type Waiting = {
  readonly side: Side
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

const PROVIDERS: Readonly<Record<Side, string>> = { left: 'follow-up-boss', right: 'todoist' }
const SECRETS: Readonly<Record<Side, string>> = { left: 'system', right: 'hook' }

/** Webhooks on their way: what both simulators sent, until the history delivers it, twice, out of order, or never. */
export class Deliveries {
  readonly waiting: Waiting[] = []
  readonly #intake: DeliveryIntake

  private constructor(intake: DeliveryIntake) {
    this.#intake = intake
  }

  static async open(lab: Lab): Promise<Deliveries> {
    const rows = {
      left: await connectionById(lab.db, lab.leftId),
      right: await connectionById(lab.db, lab.rightId),
    }
    const targets = (['left', 'right'] as const).map((side) => ({
      connectionId: rows[side].id,
      name: rows[side].name,
      provider: PROVIDERS[side],
      secrets: [SECRETS[side]],
      facts: rows[side].facts,
    }))
    const opened = new Deliveries(
      new DeliveryIntake({
        providers: lab.freshProviders(lab.db),
        targets: { all: async () => targets, forget: () => undefined },
        store: (delivery) => storeDelivery(lab.db, delivery),
        nudge: () => undefined,
        log: createLog({ level: 'silent', format: 'json' }),
      }),
    )
    for (const side of ['left', 'right'] as const)
      lab.sims[side].carryWebhooks(({ body, headers }) => opened.waiting.push({ side, body, headers }))
    return opened
  }

  /** Ends the way of one of them; null when none waits. Throws when the receiver would not have taken it. */
  async end(nth: number, how: 'once' | 'twice' | 'lose'): Promise<string | null> {
    const at = this.waiting.length === 0 ? 0 : nth % this.waiting.length
    const [one] = this.waiting.splice(at, 1)
    if (one === undefined) return null
    const address = { provider: PROVIDERS[one.side], connection: null }
    for (let n = how === 'lose' ? 0 : how === 'once' ? 1 : 2; n > 0; n -= 1) {
      const outcome = await this.#intake.take(address, Buffer.from(one.body), one.headers)
      if (outcome !== 'taken') throw new Error(`the receiver did not take a delivery: ${outcome}`)
    }
    return one.side
  }
}
