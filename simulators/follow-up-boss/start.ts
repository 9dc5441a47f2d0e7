import { SimClock } from '../kit/clock.ts'
import { Faults } from '../kit/faults.ts'
import type { SimRequest } from '../kit/http-types.ts'
import { KeyRing, type KeyTable } from '../kit/keys.ts'
import { SeededRandom, seededUuid } from '../kit/random.ts'
import { startServer } from '../kit/server.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import { WebhookSender } from '../kit/webhooks.ts'
import { createGate } from './access.ts'
import { accountRoutes } from './account.ts'
import { dealRoutes } from './deals.ts'
import type { Desk } from './desk.ts'
import { errorReply, plainErrorReply } from './errors.ts'
import { noteRoutes } from './notes.ts'
import { fubPage } from './page.ts'
import { peopleRoutes } from './people.ts'
import { makeSettings } from './settings.ts'
import { type Announce, FubStore } from './store.ts'
import { taskRoutes } from './tasks.ts'
import { type FubEvent, fubEvent, fubSignature } from './webhook-format.ts'
import { webhookRoutes } from './webhook-routes.ts'

const MINUTE_MS = 60_000
const KEPT_EVENTS = 2000

/**
 * Starts a simulated Follow Up Boss account on `http://host:port/v1/…`, with `/__sim/…` beside it. Rejects
 * with node's `EADDRINUSE` error when the port is taken. `FIDELITY.md` lists what is simulated.
 */
export async function startFollowUpBoss(options: SimOptions): Promise<RunningSim> {
  const clock = new SimClock()
  const faults = new Faults()
  const keys = new KeyRing((options.keys ?? null) as KeyTable)
  const settings = makeSettings()
  let random = new SeededRandom(options.seed)
  const webhooks = new WebhookSender({
    faults,
    random,
    sign: (rawBody, secret) => ({ 'FUB-Signature': fubSignature(rawBody, secret) }),
    retryDelaysMs: [1, 5, 5, 10, 30].map((minutes) => minutes * MINUTE_MS),
    isDelivered: (status) => status >= 200 && status < 300,
    isSwitchOff: (status) => status === 406 || status === 410,
    timeoutMs: 10_000,
    pace: () => ({
      delayMs: settings.get('webhookDelayMs'),
      jitterMs: settings.get('webhookJitterMs'),
      retryScale: settings.get('webhookRetryScale'),
    }),
  })
  const events = new Map<string, FubEvent>()
  const announce: Announce = (change) => {
    const event = fubEvent(seededUuid(random), clock.now(), change)
    events.set(event.eventId, event)
    const oldest = events.keys().next().value
    if (events.size > KEPT_EVENTS && oldest !== undefined) events.delete(oldest)
    webhooks.send({ event: event.event, body: JSON.stringify(event) })
  }
  let store = new FubStore(clock, options.data, options.seed, announce, 0)
  const gate = createGate(() => store, keys, settings, clock)
  const desk: Desk = { store: () => store, gate, settings, webhooks, events }
  const hooks = webhookRoutes(desk)

  return startServer(
    {
      name: 'Follow Up Boss',
      clock,
      faults,
      keys,
      settings,
      webhooks,
      routes: [
        ...taskRoutes(desk),
        ...peopleRoutes(desk),
        ...dealRoutes(desk),
        ...accountRoutes(desk),
        ...noteRoutes(desk),
        ...hooks.routes,
      ],
      admit: gate.admit,
      finish: gate.finish,
      notFound: (request: SimRequest) =>
        errorReply(404, `Collection name "${request.path.split('/')[2] ?? ''}" in the URL is not valid.`),
      errorReply: plainErrorReply,
      state: () => ({
        account: store.book.account,
        users: store.users,
        people: store.people.all(),
        pipelines: store.book.pipelines,
        deals: store.deals.all(),
        tasks: store.tasks.all(),
        notes: store.notes.all(),
        webhooks: hooks.list(),
      }),
      reset: () => {
        random = new SeededRandom(options.seed)
        events.clear()
        hooks.reset()
        gate.reset()
        store = new FubStore(clock, options.data, options.seed, announce, store.version + 1)
      },
      version: () => store.version,
      page: () => fubPage(store.book.account.name),
    },
    options,
  )
}
