import { z } from 'zod'
import { faultSchema } from './faults.ts'
import { jsonBody, type SimReply, type SimRequest } from './http-types.ts'
import { keysSchema } from './keys.ts'
import type { RequestLog } from './request-log.ts'
import type { SimService } from './service.ts'
import { webhookSchema } from './webhooks.ts'

const clockSchema = z.union([
  z.strictObject({ advanceMs: z.number() }),
  z.strictObject({ now: z.iso.datetime({ offset: true }), standing: z.boolean().optional() }),
])

/** Answers `/__sim/…`, which no key, rate limit, fault or counter touches. `onReset` is told after a reset. */
export function handleAdmin(
  service: SimService,
  log: RequestLog,
  onReset: () => void,
  request: SimRequest,
): SimReply {
  const what = `${request.method} ${request.path.replace(/^\/__sim\/?/, '')}`
  switch (what) {
    case 'GET ':
      return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body: service.page() }
    case 'GET state':
      return { status: 200, body: service.state() }
    case 'GET version':
      return { status: 200, body: { version: service.version(), now: service.clock.iso() } }
    case 'GET requests':
      return { status: 200, body: log.report() }
    case 'GET faults':
      return { status: 200, body: service.faults.list() }
    case 'POST faults':
      return withBody(request, z.array(faultSchema), (faults) => {
        service.faults.replace(faults)
        return { status: 200, body: service.faults.list() }
      })
    case 'GET clock':
      return { status: 200, body: { now: service.clock.iso() } }
    case 'POST clock':
      return withBody(request, clockSchema, (move) => {
        if ('now' in move) {
          if (move.standing !== undefined) service.clock.stand(move.standing)
          service.clock.set(Date.parse(move.now))
        } else service.clock.advance(move.advanceMs)
        return { status: 200, body: { now: service.clock.iso() } }
      })
    case 'GET keys':
      return { status: 200, body: { keys: service.keys.list() } }
    case 'POST keys':
      return withBody(request, keysSchema, ({ keys }) => {
        service.keys.replace(keys)
        return { status: 200, body: { keys } }
      })
    case 'GET settings':
      return { status: 200, body: service.settings.all() }
    case 'POST settings':
      return withBody(request, z.record(z.string(), z.unknown()), (patch) => {
        const complaint = service.settings.change(patch)
        if (complaint !== undefined) return { status: 400, body: { error: complaint } }
        return { status: 200, body: service.settings.all() }
      })
    case 'GET webhooks':
      return { status: 200, body: service.webhooks.report() }
    case 'POST webhooks':
      return withBody(request, webhookSchema, (hook) => {
        service.webhooks.register(hook.url, hook)
        return { status: 200, body: service.webhooks.report() }
      })
    case 'DELETE webhooks':
      service.webhooks.clear()
      return { status: 200, body: service.webhooks.report() }
    case 'POST reset':
      reset(service, log)
      onReset()
      return { status: 200, body: {} }
    default:
      return (
        service.admin?.(request) ?? {
          status: 404,
          body: { error: `The simulator has no ${request.method} ${request.path}.` },
        }
      )
  }
}

function reset(service: SimService, log: RequestLog): void {
  service.faults.replace([])
  service.keys.reset()
  service.settings.reset()
  service.webhooks.clear()
  service.clock.reset()
  log.clear()
  service.reset()
}

function withBody<T>(request: SimRequest, schema: z.ZodType<T>, act: (value: T) => SimReply): SimReply {
  const body = jsonBody(request)
  if (!body.ok) return { status: 400, body: { error: 'The body is not JSON.' } }
  const parsed = schema.safeParse(body.value)
  if (!parsed.success) return { status: 400, body: { error: z.prettifyError(parsed.error) } }
  return act(parsed.data)
}
