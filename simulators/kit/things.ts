import { SimClock } from './clock.ts'
import { Faults } from './faults.ts'
import { formBody, jsonBody, ReplyNow, type Route, type SimReply } from './http-types.ts'
import { KeyRing } from './keys.ts'
import { SeededRandom } from './random.ts'
import { startServer } from './server.ts'
import type { RunningSim } from './service.ts'
import { Settings } from './settings.ts'
import { WebhookSender } from './webhooks.ts'

export interface Things {
  sim: RunningSim
  /** What was posted, as JSON, oldest first. */
  things(): readonly string[]
}

/** A service of one list, to try the kit on. It tells receivers of each thing made (`made`). */
export async function startThings(): Promise<Things> {
  let things: string[] = []
  const faults = new Faults()
  const webhooks = new WebhookSender({
    faults,
    random: new SeededRandom(1),
    sign: () => ({}),
    retryDelaysMs: [],
    isDelivered: () => true,
    timeoutMs: 1000,
    pace: () => ({ delayMs: 0, jitterMs: 0, retryScale: 1 }),
  })
  const make = (rawBody: Buffer): void => {
    const body = jsonBody({ rawBody })
    if (!body.ok) throw new ReplyNow({ status: 400, body: { error: 'not JSON' } })
    const thing = JSON.stringify(body.value)
    things.push(thing)
    webhooks.send({ event: 'made', body: thing })
  }
  const rows = () => things.map((thing, id) => ({ id, thing: JSON.parse(thing) as unknown }))
  const routes: Route[] = [
    { method: 'GET', path: '/things', handle: ({ staleMs }) => ({ status: 200, body: { things, staleMs } }) },
    {
      method: 'POST',
      path: '/things',
      handle: ({ rawBody }) => {
        make(rawBody)
        return { status: 201, headers: { 'x-made': 'yes' } }
      },
    },
    {
      method: 'GET',
      path: '/rows',
      handle: () => ({ status: 200, body: { rows: rows(), found: {}, made: { '0-1': 'ok' } } }),
    },
    {
      method: 'POST',
      path: '/rows',
      handle: ({ rawBody }) => {
        make(rawBody)
        return { status: 201, body: rows().at(-1) }
      },
    },
    { method: 'GET', path: '/things/{id}/part', handle: ({ params }) => ({ status: 200, body: params }) },
    {
      method: 'POST',
      path: '/form',
      handle: (incoming) => ({ status: 200, body: Object.fromEntries(formBody(incoming)) }),
    },
  ]
  const sim = await startServer(
    {
      name: 'Things',
      clock: new SimClock(),
      faults,
      keys: new KeyRing(null),
      settings: new Settings({ loud: false, size: 1, mode: 'a' }, { mode: ['a', 'b'] }),
      webhooks,
      routes,
      notFound: ({ path }) => ({ status: 404, body: { error: path } }),
      errorReply,
      state: () => ({ things }),
      reset: () => {
        things = []
      },
      version: () => things.length,
      page: () => '<!doctype html><title>x</title>',
    },
    { port: 0 },
  )
  return { sim, things: () => things }
}

/** With 429 it says twice how long to wait. */
function errorReply(status: number): SimReply {
  if (status !== 429) return { status, body: { error: 'fault' } }
  return { status, headers: { 'retry-after': '60' }, body: { error: 'fault', extra: { retry_after: 60 } } }
}
