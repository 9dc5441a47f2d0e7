import type { HttpBindings } from '@hono/node-server'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { getPath } from 'hono/utils/url'
import type { Log } from '../config/log.ts'
import { bearsToken } from './bearer.ts'
import type { DeliveryAddress, DeliveryIntake } from './delivery-intake.ts'
import type { FailedLogins } from './failed-logins.ts'
import type { Health } from './health.ts'
import { type Measuring, measureRoutes } from './measure-routes.ts'
import { frontPage } from './page.ts'
import { answerProblem } from './problem.ts'
import { refuseStrangers } from './strangers.ts'
import { webhookRoutes } from './webhook-routes.ts'

export type AppOptions = {
  readonly intake: Pick<DeliveryIntake, 'isOn' | 'take'>
  readonly health: () => Promise<Health>
  readonly countRefused: (address: DeliveryAddress) => void
  /** What answers below `/sign-in`. */
  readonly signIns: Hono
  /** What answers below `/api/v1`. */
  readonly api: Hono
  /** Demanded of everything but deliveries, which are signed, answers of a sign-in, and `/health`. */
  readonly token: string | undefined
  /** Where the outside world sees us; with a path, everything answers beneath it as well. */
  readonly publicUrl: string | undefined
  /** The address on which it listens. */
  readonly host: string
  readonly failedLogins: FailedLogins
  readonly measuring: Measuring
  readonly log: Log
}

/** Everything that the receiver answers. */
export function createApp(options: AppOptions): Hono {
  const { intake, health, countRefused, signIns, api, token, log, failedLogins } = options
  const prefix = prefixOf(options.publicUrl)
  const app = new Hono({ getPath: (request) => ownPath(getPath(request), prefix) })
  app.use(logRequests(log))
  app.get('/health', async (c) => {
    const state = await health()
    return c.json(state, state.status === 'ok' ? 200 : 503)
  })
  app.route('/webhook', webhookRoutes({ intake, countRefused }))
  // Of all deliveries' addresses only POST is open; what else lies there says no more than that.
  app.all('/webhook/*', (c) => c.notFound())
  // Whoever comes from a service's own page has no token, and what they bring is worth nothing without the app's secret.
  app.route('/sign-in', signIns)
  // A browser that asks whether another site's page may come is told nothing, and keeps it out.
  app.options('*', (c) => c.body(null, 204))
  app.use(token === undefined ? refuseStrangers(options) : demandToken(token, failedLogins))
  app.get('/', (c) => c.html(frontPage(prefix)))
  app.route('/api/v1', api)
  app.route('/', measureRoutes(options.measuring))
  app.notFound((c) => answerProblem(c, { name: 'nothing-here', title: 'There is nothing here', status: 404 }))
  app.onError((error, c) => {
    log.error({ error, path: c.req.path }, 'a request failed')
    return answerProblem(c, {
      name: 'failed',
      title: 'This failed on our side; the log says why',
      status: 500,
    })
  })
  return app
}

/** Method, path and outcome alone. A delivery refused for its signature leaves no line: strangers could fill the log. */
function logRequests(log: Log): MiddlewareHandler {
  return async (c, next) => {
    const start = performance.now()
    await next()
    const { path, method } = c.req
    const { status } = c.res
    if (status === 401 && path.startsWith('/webhook/')) return
    log.debug({ method, path, status, ms: Math.round(performance.now() - start) }, 'request')
  }
}

function demandToken(token: string, failed: FailedLogins): MiddlewareHandler {
  return async (c, next) => {
    const authorization = c.req.header('authorization')
    if (bearsToken(authorization, token)) return next()
    // Who gives none is told that one is needed; who gives a wrong one may be guessing.
    const seconds = authorization === undefined ? null : failed.note(addressOf(c))
    if (seconds !== null)
      return answerProblem(
        c,
        {
          name: 'too-many-logins',
          title: 'Too many wrong tokens have come',
          status: 429,
          detail:
            'Correct the token: the right one is taken at once. API_TOKEN is where Dealbridge is configured.',
        },
        { 'Retry-After': String(seconds), 'WWW-Authenticate': 'Bearer' },
      )
    return answerProblem(
      c,
      {
        name: 'no-token',
        title:
          authorization === undefined
            ? 'A bearer token is needed: API_TOKEN'
            : 'This is not the bearer token: API_TOKEN',
        status: 401,
      },
      { 'WWW-Authenticate': 'Bearer' },
    )
  }
}

/** Of the connection: what a header says of it anybody can write. */
function addressOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>
  return incoming?.socket.remoteAddress ?? ''
}

/** `/dealbridge` of `https://example.com/dealbridge/`; empty when there is no path. */
function prefixOf(publicUrl: string | undefined): string {
  if (publicUrl === undefined) return ''
  return decodeURI(new URL(publicUrl).pathname).replace(/\/+$/, '')
}

/** The path below the prefix, where there is one; a slash at the end means nothing. */
function ownPath(path: string, prefix: string): string {
  const below = path === prefix || path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : path
  return below.replace(/\/+$/, '') || '/'
}
