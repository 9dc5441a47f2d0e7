import { z } from 'zod'
import { plusMs } from '../../core/db-time.ts'
import type { Connection, Credentials, SignIn } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import type { Client } from './client.ts'
import { invalid, notUnderstood } from './errors.ts'
import { tokenSchema } from './wire.ts'

const API_ORIGIN = 'https://api.todoist.com'
/** The service's pages lie beside its API (reference §4). */
const PAGE_ORIGIN = 'https://app.todoist.com'

/** What a sync needs; empty projects and lists are deleted when a connection is taken back (reference §4). */
const SCOPES = ['data:read_write', 'data:delete', 'project:delete']

const appSchema = z.object({
  clientId: z.string().trim().min(1),
  clientSecret: z.string().trim().min(1),
})

/** Signing in by an app of the App Management Console. The app's secret signs its webhooks too. */
export const createSignIn = (client: Client): SignIn => ({
  scopes: SCOPES,
  page(baseUrl, { clientId, redirectUri, state }) {
    const origin = new URL(baseUrl).origin
    const url = new URL('/oauth/authorize', origin === API_ORIGIN ? PAGE_ORIGIN : origin)
    const query = {
      client_id: clientId,
      scope: SCOPES.join(','),
      state,
      redirect_uri: redirectUri,
      response_type: 'code',
    }
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return url.href
  },
  trade: (connection, answer) => trade(client, connection, answer),
})

async function trade(
  client: Client,
  connection: Connection,
  { code, redirectUri }: { readonly code: string; readonly redirectUri: string },
): Promise<Credentials> {
  const { clientId, clientSecret } = appOf(connection)
  const asker = {
    baseUrl: connection.baseUrl.replace(/\/+$/, ''),
    token: '',
    gates: [connection.gate],
    signal: connection.signal,
  }
  const form = {
    grant_type: 'authorization_code',
    client_id: clientId,
    client_secret: clientSecret,
    code,
    redirect_uri: redirectUri,
  }
  const answer = await client.exchangeToken(asker, form).catch(explained)
  const given = tokenSchema.safeParse(answer.body)
  if (!given.success) throw notUnderstood('write')
  const { access_token: token, refresh_token: refreshToken, expires_in: seconds, scope } = given.data
  return {
    token,
    clientId,
    clientSecret,
    webhookSecret: clientSecret,
    // Apps of before refresh tokens have access that does not end.
    ...(refreshToken ? { refreshToken, expiresAt: plusMs(answer.askedAt, seconds * 1000) } : {}),
    ...(scope ? { scope } : {}),
  }
}

function explained(error: unknown): never {
  if (!(error instanceof ProviderError)) throw error
  if (error.kind === 'gone')
    throw invalid(error.message, 'Check TODOIST_BASE_URL: this address gives no tokens.')
  if (error.kind === 'ambiguous-write')
    throw invalid(
      'Todoist did not say whether it took the code of the sign-in, and takes it once only.',
      'Start the sign-in again.',
    )
  throw error
}

function appOf({ credentials }: Connection): z.infer<typeof appSchema> {
  const parsed = appSchema.safeParse(credentials)
  if (parsed.success) return parsed.data
  throw invalid(
    'The id or the secret of the Todoist app is missing.',
    'Set TODOIST_CLIENT_ID and TODOIST_CLIENT_SECRET, as the App Management Console of Todoist shows them.',
  )
}
