import { createHash, randomBytes } from 'node:crypto'

/*
 * HTTP Digest (RFC 7616) as far as servers of calendars use it: MD5 and SHA-256, quality of protection `auth`.
 */

/** What a server wants to be answered. `algorithm`: Node's name of the hash. */
export type DigestChallenge = {
  readonly realm: string
  readonly nonce: string
  readonly opaque: string | null
  readonly algorithm: 'md5' | 'sha256'
  /** The algorithm in the server's own spelling; null where it named none. */
  readonly spelled: string | null
  /** False where the server is of the time before `qop` (RFC 2069). */
  readonly qop: boolean
  readonly stale: boolean
}

/** One challenge of a `WWW-Authenticate` header. Names are in lower case. */
export type AuthChallenge = { readonly scheme: string; readonly parameters: Readonly<Record<string, string>> }

const HASHES: Readonly<Record<string, DigestChallenge['algorithm']>> = { md5: 'md5', 'sha-256': 'sha256' }
const TOKEN = /[\w!#$%&'*+.^`|~-]+/y
const PARAMETER = /([\w!#$%&'*+.^`|~-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s",]+))/y

/** All challenges of the header or headers, in their order. What cannot be read ends the list. */
export function challengesOf(headers: readonly string[]): AuthChallenge[] {
  return headers.flatMap(challengesIn)
}

/** The challenge to answer: the strongest that we know. Null where there is none for us. */
export function digestOf(challenges: readonly AuthChallenge[]): DigestChallenge | null {
  const known = challenges.flatMap((one) => (one.scheme === 'digest' ? (digest(one) ?? []) : []))
  return known.find(({ algorithm }) => algorithm === 'sha256') ?? known[0] ?? null
}

/** The value of the `Authorization` header. `count`: how often this nonce was used, this time included. */
export function digestAnswer(
  challenge: DigestChallenge,
  request: {
    readonly username: string
    readonly password: string
    readonly method: string
    readonly uri: string
    readonly count: number
    readonly clientNonce?: string
  },
): string {
  const { realm, nonce, opaque, algorithm, spelled, qop } = challenge
  const { username, password, method, uri, count, clientNonce = randomBytes(16).toString('hex') } = request
  const hash = (text: string) => createHash(algorithm).update(text, 'utf8').digest('hex')
  const nc = count.toString(16).padStart(8, '0')
  const secret = hash(`${username}:${realm}:${password}`)
  const asked = hash(`${method}:${uri}`)
  const response = hash(
    qop ? `${secret}:${nonce}:${nc}:${clientNonce}:auth:${asked}` : `${secret}:${nonce}:${asked}`,
  )
  return `Digest ${[
    `username="${quoted(username)}"`,
    `realm="${quoted(realm)}"`,
    `nonce="${quoted(nonce)}"`,
    `uri="${quoted(uri)}"`,
    ...(spelled === null ? [] : [`algorithm=${spelled}`]),
    ...(qop ? ['qop=auth', `nc=${nc}`, `cnonce="${clientNonce}"`] : []),
    `response="${response}"`,
    ...(opaque === null ? [] : [`opaque="${quoted(opaque)}"`]),
  ].join(', ')}`
}

function digest({ parameters }: AuthChallenge): DigestChallenge | null {
  const { realm, nonce, opaque, algorithm: spelled, qop, stale } = parameters
  const algorithm = HASHES[(spelled ?? 'md5').toLowerCase()]
  const offered = qop?.split(',').map((one) => one.trim().toLowerCase())
  if (realm === undefined || nonce === undefined || algorithm === undefined) return null
  if (offered !== undefined && !offered.includes('auth')) return null
  return {
    realm,
    nonce,
    opaque: opaque ?? null,
    algorithm,
    spelled: spelled ?? null,
    qop: offered !== undefined,
    stale: stale?.toLowerCase() === 'true',
  }
}

function challengesIn(header: string): AuthChallenge[] {
  const found: { scheme: string; parameters: Record<string, string> }[] = []
  for (let at = 0; at < header.length; ) {
    const parameter = matchAt(PARAMETER, header, at)
    const word = parameter === null ? matchAt(TOKEN, header, at) : null
    if (parameter !== null) {
      const [, name = '', inQuotes, bare] = parameter
      const value = inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? ''
      const last = found.at(-1)
      if (last !== undefined) last.parameters[name.toLowerCase()] = value
    } else if (word !== null) found.push({ scheme: word[0].toLowerCase(), parameters: {} })
    else if (!/[\s,]/.test(header[at] ?? '')) break
    at += Math.max(1, (parameter ?? word)?.[0].length ?? 1)
  }
  return found
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function quoted(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}
