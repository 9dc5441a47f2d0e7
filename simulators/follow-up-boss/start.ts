import { join } from 'node:path'
import { SimClock } from '../kit/clock.ts'
import { Faults } from '../kit/faults.ts'
import type { SimRequest } from '../kit/http-types.ts'
import { idSeedOf } from '../kit/id-seed.ts'
import { KeyRing, type KeyTable } from '../kit/keys.ts'
import { SeededRandom } from '../kit/random.ts'
import { startServer } from '../kit/server.ts'
import type { RunningSim, SimOptions } from '../kit/service.ts'
import { type KeptParts, restoreSnapshot } from '../kit/snapshot.ts'
import { WebhookSender } from '../kit/webhooks.ts'
import { createGate } from './access.ts'
import { accountRoutes } from './account.ts'
import { seedContent } from './content.ts'
import { dealRoutes } from './deals.ts'
import type { Desk } from './desk.ts'
import { errorReply, plainErrorReply } from './errors.ts'
import { afterCrash, type FubKept, fubKeptSchema } from './kept.ts'
import { noteRoutes } from './notes.ts'
import { Outbox } from './outbox.ts'
import { fubPage } from './page.ts'
import { peopleRoutes } from './people.ts'
import { pipelineRoutes } from './pipelines.ts'
import { makeSettings } from './settings.ts'
import { stageRoutes } from './stages.ts'
import { type Announce, FubStore } from './store.ts'
import { taskRoutes } from './tasks.ts'
import { userRoutes } from './users.ts'
import { fubSignature } from './webhook-format.ts'
import { webhookRoutes } from './webhook-routes.ts'

const MINUTE_MS = 60_000
const DEFAULT_SEED = 1
/** Each start without a seed has a block of ids of its own, below 2^31. */
const IDS_IN_BLOCK = 10_000
const BLOCKS = 200_000

/**
 * Starts a simulated Follow Up Boss account on `http://host:port/v1/…`, with `/__sim/…` beside it. Rejects
 * with node's `EADDRINUSE` error when the port is taken. `FIDELITY.md` lists what is simulated.
 */
export async function startFollowUpBoss(options: SimOptions): Promise<RunningSim> {
  const name = 'Follow Up Boss'
  const clock = new SimClock()
  const faults = new Faults()
  const keys = new KeyRing((options.keys ?? null) as KeyTable)
  const settings = makeSettings()
  const random = new SeededRandom(0)
  const webhooks: WebhookSender = new WebhookSender({
    faults,
    random,
    sign: (rawBody, secret) => ({ 'FUB-Signature': fubSignature(rawBody, secret) }),
    retryDelaysMs: [1, 5, 5, 10, 30].map((minutes) => minutes * MINUTE_MS),
    isDelivered: (status) => status >= 200 && status < 300,
    isSwitchOff: (status) => status === 406 || status === 410,
    onSettled: (subscription, delivered) => outbox.settled(subscription, delivered),
    timeoutMs: 10_000,
    pace: () => ({
      delayMs: settings.get('webhookDelayMs'),
      jitterMs: settings.get('webhookJitterMs'),
      retryScale: settings.get('webhookRetryScale'),
    }),
  })
  const outbox = new Outbox({ clock, random, settings, webhooks: () => webhooks })
  const { events } = outbox
  const announce: Announce = (change) => outbox.announce(change)
  const newStore = (version: number): FubStore => {
    const seed = options.seed ?? DEFAULT_SEED
    const idSeed = idSeedOf(options)
    random.moveTo(idSeed ?? seed)
    const idOffset = idSeed === undefined ? 0 : (idSeed % BLOCKS) * IDS_IN_BLOCK
    const content = seedContent({ data: options.data, seed, idOffset, now: clock.now(), version })
    return new FubStore(clock, content, announce)
  }
  const file = options.state === undefined ? undefined : join(options.state, 'follow-up-boss.json')
  const kept = restored(file, { name, clock, keys, settings, webhooks })
  let store = kept === undefined ? newStore(0) : new FubStore(clock, kept.content, announce)
  const gate = createGate(() => store, keys, settings, clock)
  const desk: Desk = { store: () => store, gate, settings, webhooks, events }
  const hooks = webhookRoutes(desk)
  if (kept !== undefined) {
    random.moveTo(kept.position)
    for (const event of kept.events) events.set(event.eventId, event)
    hooks.restore(kept.hooks)
  }

  const running = await startServer(
    {
      name,
      clock,
      faults,
      keys,
      settings,
      webhooks,
      routes: [
        ...taskRoutes(desk),
        ...peopleRoutes(desk),
        ...dealRoutes(desk),
        ...pipelineRoutes(desk),
        ...stageRoutes(desk),
        ...userRoutes(desk),
        ...accountRoutes(desk),
        ...noteRoutes(desk),
        ...hooks.routes,
      ],
      admit: gate.admit,
      finish: gate.finish,
      notFound: (request: SimRequest) =>
        errorReply(404, `Collection name "${request.path.split('/')[2] ?? ''}" in the URL is not valid.`),
      errorReply: (status) => plainErrorReply(status, settings),
      state: () => ({
        account: store.book.account,
        users: store.users,
        people: store.people.all(),
        pipelines: store.pipelines,
        deals: store.deals.all(),
        tasks: store.tasks.all(),
        notes: store.notes.all(),
        webhooks: hooks.list(),
        events: [...events.values()],
      }),
      reset: () => {
        outbox.clear()
        hooks.reset()
        gate.reset()
        store = newStore(store.version + 1)
      },
      version: () => store.version,
      ...(file === undefined
        ? {}
        : {
            keep: {
              file,
              snapshot: (): FubKept => ({
                position: random.position,
                content: store.content(),
                events: [...events.values()],
                hooks: hooks.content(),
              }),
              changes: () => store.version + hooks.changes(),
            },
          }),
      page: () => fubPage(store.book.account.name),
    },
    options,
  )
  return {
    ...running,
    close: () => {
      outbox.stop()
      return running.close()
    },
  }
}

function restored(file: string | undefined, parts: KeptParts): FubKept | undefined {
  const kept = file === undefined ? undefined : restoreSnapshot(file, parts, fubKeptSchema)
  return kept === undefined || kept.clean ? kept?.own : afterCrash(kept.own)
}
