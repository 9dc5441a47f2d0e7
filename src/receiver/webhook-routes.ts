import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { DeliveryAddress, DeliveryIntake, IntakeOutcome } from './delivery-intake.ts'

const MAX_BODY_BYTES = 1024 * 1024
const RETRY_AFTER_SECONDS = '30'
const SHORT_NAMES: Readonly<Record<string, string>> = { fub: 'follow-up-boss' }

/** Never 406 or 410: Follow Up Boss disables a webhook that answers so. Todoist takes nothing but 200 for a success. */
const ANSWERS = {
  taken: [200, 'ok'],
  off: [404, 'webhooks are off here'],
  refused: [401, 'bad signature'],
  malformed: [400, 'not an event of this service'],
  unavailable: [503, 'come again later'],
} as const satisfies Record<IntakeOutcome, readonly [number, string]>

export type WebhookRoutesOptions = {
  readonly intake: Pick<DeliveryIntake, 'isOn' | 'take'>
  /** Called for each delivery refused for its signature: the only trace that it leaves. */
  readonly countRefused: (address: DeliveryAddress) => void
}

/** `POST /<provider>` and `POST /<provider>/<connection>`. */
export function webhookRoutes({ intake, countRefused }: WebhookRoutesOptions): Hono {
  const limit = bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => unread(c.text(`more than ${MAX_BODY_BYTES} bytes`, 413)),
  })
  const take = async (c: Context) => {
    const address = addressOf(c)
    const body = new Uint8Array(await c.req.arrayBuffer())
    const outcome = await intake.take(address, body, c.req.header())
    if (outcome === 'refused') countRefused(address)
    return answer(c, outcome)
  }
  const app = new Hono()
  for (const path of ['/:provider', '/:provider/:connection']) {
    app.post(
      path,
      async (c, next) => {
        const state = await intake.isOn(addressOf(c))
        return state === 'on' ? next() : unread(answer(c, state))
      },
      limit,
      take,
    )
  }
  return app
}

/** For an answer that leaves the body unread: the connection cannot carry another request. */
function unread(response: Response): Response {
  response.headers.set('Connection', 'close')
  return response
}

function addressOf(c: Context): DeliveryAddress {
  const provider = c.req.param('provider') ?? ''
  return { provider: SHORT_NAMES[provider] ?? provider, connection: c.req.param('connection') ?? null }
}

function answer(c: Context, outcome: IntakeOutcome): Response {
  const [status, text] = ANSWERS[outcome]
  if (outcome === 'unavailable') c.header('Retry-After', RETRY_AFTER_SECONDS)
  return c.text(text, status)
}
