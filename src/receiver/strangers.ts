import type { Context, MiddlewareHandler } from 'hono'
import { answerProblem } from './problem.ts'

const READING: ReadonlySet<string> = new Set(['GET', 'HEAD'])
/** What browsers say of requests that no other site has caused (Fetch Metadata). */
const OWN: ReadonlySet<string> = new Set(['same-origin', 'none'])
const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]'])

export type StrangersOptions = {
  /** Where it listens, and where the outside world sees it. */
  readonly host: string
  readonly publicUrl: string | undefined
}

/**
 * Where no token is demanded, whoever reaches the address may do all; and a page of any site that its user opens in a browser
 * reaches it. So requests of other sites change nothing, and a name of theirs that leads to this machine (DNS rebinding) finds
 * nothing. Programs that are no browsers send neither Origin nor Sec-Fetch-Site.
 */
export function refuseStrangers({ host, publicUrl }: StrangersOptions): MiddlewareHandler {
  const known = new Set([
    ...LOOPBACK,
    bracketed(host),
    ...(publicUrl === undefined ? [] : [new URL(publicUrl).hostname]),
  ])
  return async (c, next) => {
    const called = c.req.header('host')
    if (called !== undefined && !isOurs(nameOf(called), known))
      return answerProblem(c, {
        name: 'unknown-host',
        title: 'This address is not known under that name',
        status: 403,
        detail: 'Ask at localhost or 127.0.0.1, name the address in PUBLIC_URL, or set API_TOKEN.',
      })
    if (!READING.has(c.req.method) && isFromElsewhere(c))
      return answerProblem(c, {
        name: 'other-site',
        title: 'A page of another site may change nothing here',
        status: 403,
        detail: 'Send the request from a program, or set API_TOKEN and send it along.',
      })
    return next()
  }
}

function isFromElsewhere(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return !OWN.has(site.toLowerCase())
  const origin = c.req.header('origin')
  if (origin === undefined) return false
  return !URL.canParse(origin) || new URL(origin).host !== c.req.header('host')?.toLowerCase()
}

/** Names below `localhost` lead nowhere else, whoever asks (RFC 6761). */
function isOurs(name: string, known: ReadonlySet<string>): boolean {
  return known.has(name) || name.endsWith('.localhost')
}

/** Of a Host header, without the port. */
function nameOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/u, '').replace(/\.$/u, '')
}

function bracketed(host: string): string {
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host.toLowerCase()
}
