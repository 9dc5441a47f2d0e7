import type { SimClock } from '../kit/clock.ts'
import { type SeededRandom, seededUuid } from '../kit/random.ts'
import type { Subscription, WebhookSender } from '../kit/webhooks.ts'
import type { FubSettings } from './settings.ts'
import type { Change } from './store.ts'
import { eventText, type FubEvent, fubEvent } from './webhook-format.ts'

const KEPT_EVENTS = 2000
/** The service splits what happened to many records over several deliveries; the number is a guess. */
const MOST_IDS = 10

/** Makes events of changes, keeps the last of them for `/webhookEvents`, and hands them to the sender. */
export class Outbox {
  /** The events of late, by id. */
  readonly events = new Map<string, FubEvent>()
  private readonly parts: {
    clock: SimClock
    random: SeededRandom
    settings: FubSettings
    webhooks: () => WebhookSender
  }
  /** Changes of one kind that wait to be told together (switch `webhookBatchMs`). */
  private readonly waiting = new Map<string, { change: Change; timer: NodeJS.Timeout }>()
  /** Deliveries lost in a row. */
  private readonly lost = new WeakMap<Subscription, number>()

  constructor(parts: Outbox['parts']) {
    this.parts = parts
  }

  announce(change: Change): void {
    const { settings } = this.parts
    if (change.by === 'client' && !settings.get('webhookEchoes')) return
    const wait = settings.get('webhookBatchMs')
    if (wait <= 0 || change.data !== undefined) this.emit(change)
    else this.gather(change, wait)
  }

  /** Disables a webhook after too many lost deliveries in a row (U17). */
  settled(subscription: Subscription, delivered: boolean): void {
    const count = delivered ? 0 : (this.lost.get(subscription) ?? 0) + 1
    this.lost.set(subscription, count)
    const most = this.parts.settings.get('webhookDisableAfter')
    if (most === 0 || count < most) return
    subscription.active = false
    this.lost.set(subscription, 0)
    this.parts.webhooks().onSwitchOff()
  }

  /** Forgets all events, those that wait too. */
  clear(): void {
    this.stop()
    this.events.clear()
  }

  /** What waits to be told is never told. */
  stop(): void {
    for (const { timer } of this.waiting.values()) clearTimeout(timer)
    this.waiting.clear()
  }

  private gather(change: Change, wait: number): void {
    const name = `${change.kind}${change.verb}`
    const open = this.waiting.get(name)
    if (open !== undefined) {
      open.change.ids.push(...change.ids)
      return
    }
    const timer = setTimeout(() => {
      const ids = [...new Set(this.waiting.get(name)?.change.ids)]
      this.waiting.delete(name)
      for (let i = 0; i < ids.length; i += MOST_IDS) this.emit({ ...change, ids: ids.slice(i, i + MOST_IDS) })
    }, wait)
    this.waiting.set(name, { change: { ...change, ids: [...change.ids] }, timer })
  }

  private emit(change: Change): void {
    const { clock, random, settings, webhooks } = this.parts
    for (let i = 0; i < Math.max(1, settings.get('webhookBurst')); i += 1) {
      const linkDeleted = settings.get('webhookDeletedUri') === 'link'
      const event = fubEvent(seededUuid(random), clock.now(), change, linkDeleted)
      this.events.set(event.eventId, event)
      const oldest = this.events.keys().next().value
      if (this.events.size > KEPT_EVENTS && oldest !== undefined) this.events.delete(oldest)
      webhooks().send({ event: event.event, body: eventText(event, settings.get('webhookIdsAsText')) })
    }
  }
}
