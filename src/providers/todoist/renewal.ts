import { z } from 'zod'
import { plusMs } from '../../core/db-time.ts'
import type { Connection, Credentials, Renewal } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { askerOf, type Client } from './client.ts'
import { SIGN_IN_AGAIN } from './error-table.ts'
import { invalid, notUnderstood } from './errors.ts'
import { tokenSchema } from './wire.ts'

/**
 * The service answers a repeated refresh token for 60 s; sent later, it revokes every token of that user for the app
 * (reference §4). The ten seconds between are for requests that are slow on their way.
 */
const REPEAT_MS = 50_000

/** What a renewal needs. `expiresAt`, `scope` and whatever else is stored beside these are not sent. */
const renewableSchema = z.object({
  refreshToken: z.string().trim().min(1),
  clientId: z.string().trim().min(1),
  clientSecret: z.string().trim().min(1),
})

/**
 * Access that a user gave by signing in: `{token, refreshToken, expiresAt, clientId, clientSecret, scope?}`, all text,
 * `expiresAt` an ISO time of the database's clock. The token lasts one hour, and each renewal replaces both tokens. A
 * personal token has no `expiresAt` and does not end.
 */
export const createRenewal = (client: Client): Renewal => ({
  endsAt,
  renew: (connection) => renew(client, connection),
  repeatMs: REPEAT_MS,
  // Not the secret of deliveries: the app's webhook may go on for others.
  belongs: ['refreshToken', 'expiresAt', 'scope', 'clientId', 'clientSecret'],
})

/** An `expiresAt` that cannot be read counts as past: what lasts an hour must not be taken for lasting. */
function endsAt({ expiresAt }: Credentials): number | null {
  if (expiresAt === undefined) return null
  const time = Date.parse(expiresAt)
  return Number.isNaN(time) ? 0 : time
}

async function renew(client: Client, connection: Connection): Promise<Credentials> {
  const { refreshToken, clientId, clientSecret } = renewable(connection)
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    client_secret: clientSecret,
  }
  const answer = await client.exchangeToken(askerOf(connection), form).catch(elsewhere)
  const given = tokenSchema.safeParse(answer.body)
  if (!given.success) throw notUnderstood('write')
  const { refreshToken: _, ...rest } = connection.credentials
  const { access_token: token, refresh_token: next, expires_in: seconds, scope } = given.data
  return {
    ...rest,
    token,
    expiresAt: plusMs(answer.askedAt, seconds * 1000),
    ...(next ? { refreshToken: next } : {}),
    ...(scope ? { scope } : {}),
  }
}

function elsewhere(error: unknown): never {
  if (error instanceof ProviderError && error.kind === 'gone')
    throw invalid(error.message, 'Check TODOIST_BASE_URL: this address gives no tokens.')
  throw error
}

function renewable({ credentials }: Connection): z.infer<typeof renewableSchema> {
  const parsed = renewableSchema.safeParse(credentials)
  if (parsed.success) return parsed.data
  throw new ProviderError({
    kind: 'auth',
    provider: 'todoist',
    message: 'The access to Todoist ends and cannot be renewed.',
    hint: SIGN_IN_AGAIN,
  })
}
