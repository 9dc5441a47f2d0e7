import { z } from 'zod'
import type { Connection } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { challengesOf, type DigestChallenge, digestAnswer, digestOf } from './digest.ts'
import { PROVIDER } from './errors.ts'

/** Names go into the Basic header in front of a colon. */
const credentialsSchema = z.object({
  username: z
    .string()
    .trim()
    .min(1)
    .regex(/^[^:]+$/),
  password: z.string().min(1),
})
export type Login = z.infer<typeof credentialsSchema>

/** Throws `auth` where the connection has no name or no password. */
export function loginOf(connection: Connection): Login {
  const credentials = credentialsSchema.safeParse(connection.credentials)
  if (credentials.success) return credentials.data
  throw new ProviderError({
    kind: 'auth',
    provider: PROVIDER,
    message: 'This CalDAV connection has no user name or no password.',
    hint: 'Enter both. Many services want an app password here, and not that of the account.',
  })
}

/** How a request says who asks: Basic, until a server asks for Digest. */
export type Authenticator = {
  header(login: Login, request: { readonly method: string; readonly url: URL }): string
  /**
   * Told of a 401. True when the request may be sent once more, in another way: what was refused is never repeated,
   * for servers count refused logins against the account.
   */
  challenged(
    login: Login,
    refused: { readonly url: URL; readonly sent: string; readonly headers: readonly string[] },
  ): boolean
}

type Known = { readonly challenge: DigestChallenge; count: number }

const MAX_REMEMBERED = 500

/** Remembers the last challenge of each login at each origin; forgetting one costs a request. */
export function createAuthenticator(): Authenticator {
  const known = new Map<string, Known>()
  return {
    header(login, { method, url }) {
      const met = known.get(keyOf(login, url))
      if (met === undefined)
        return `Basic ${Buffer.from(`${login.username}:${login.password}`, 'utf8').toString('base64')}`
      met.count += 1
      return digestAnswer(met.challenge, {
        ...login,
        method,
        uri: `${url.pathname}${url.search}`,
        count: met.count,
      })
    },
    challenged(login, { url, sent, headers }) {
      const challenges = challengesOf(headers)
      const challenge = digestOf(challenges)
      if (challenge === null) return false
      const wasDigest = sent.startsWith('Digest ')
      // A server that takes Basic, too, has refused the password and not the way.
      if (wasDigest ? !challenge.stale : challenges.some(({ scheme }) => scheme === 'basic')) return false
      known.delete(keyOf(login, url))
      known.set(keyOf(login, url), { challenge, count: 0 })
      const oldest = known.keys().next()
      if (known.size > MAX_REMEMBERED && !oldest.done) known.delete(oldest.value)
      return true
    },
  }
}

function keyOf(login: Login, url: URL): string {
  return JSON.stringify([url.origin, login.username, login.password])
}
