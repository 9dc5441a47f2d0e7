import type { SecretKey } from '../../config/secret-keys.ts'
import type { Connection, Credentials, Provider, WebhookManagement } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { allConnections, type ConnectionRow, openCredentials } from '../../store/connections.ts'
import { changeConnection } from '../connect.ts'
import { type Deps, providerOf } from '../deps.ts'
import { noWebhooks, sameSecret, secretRefused } from './webhook-refusals.ts'

const TRY_TIMEOUT_MS = 30_000

/** `alike`: names of other connections that hold the secret before, and may have to follow. */
export type RotatedSecret = { readonly first: boolean; readonly alike: readonly string[] }

/**
 * Puts another secret in force, everywhere among the credentials where the one before stood; what the one before has signed is
 * taken for `formerMs` more. A service with which webhooks are registered is asked whether it takes the new one. Throws UserError;
 * nothing is stored then.
 */
export async function rotateSecret(
  deps: Deps,
  row: ConnectionRow,
  given: { readonly secret: string; readonly formerMs: number },
  signal: AbortSignal,
): Promise<RotatedSecret> {
  const provider = providerOf(deps, row.provider)
  const { webhooks } = provider
  if (webhooks === null) throw noWebhooks(row.name, provider.name)
  const { secretName, management } = webhooks
  const held = openCredentials(row, deps.secretKey)
  const before = held[secretName]
  if (before === given.secret) throw sameSecret(row.name)
  const credentials = {
    ...Object.fromEntries(
      Object.entries(held).flatMap(([name, value]) =>
        value === before && value !== '' ? [[name, given.secret]] : [],
      ),
    ),
    [secretName]: given.secret,
  }
  if (management !== null)
    await tryOut(management, provider, { row, credentials: { ...held, ...credentials } }, signal)
  const change = { credentials, formerSecretMs: given.formerMs }
  await changeConnection(deps, row.id, change, signal)
  return { first: before === undefined, alike: before === undefined ? [] : await holding(deps, row, before) }
}

/** A key that may not look at webhooks at all says nothing about the secret. */
async function tryOut(
  management: WebhookManagement,
  provider: Provider,
  { row, credentials }: { readonly row: ConnectionRow; readonly credentials: Credentials },
  signal: AbortSignal,
): Promise<void> {
  const connection: Connection = {
    id: row.id,
    baseUrl: row.baseUrl,
    credentials,
    facts: row.facts,
    gate: { take: async () => ({ askedAt: new Date().toISOString() }), learn: () => undefined },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TRY_TIMEOUT_MS)]),
    cursor: null,
  }
  try {
    await management.list(connection)
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error
    if (error.kind === 'invalid' || error.kind === 'auth') throw secretRefused(provider.name, error)
    if (error.kind !== 'not-visible') throw error
  }
}

async function holding(deps: Deps, row: ConnectionRow, secret: string): Promise<string[]> {
  const others = (await allConnections(deps.db)).filter(
    (one) => one.id !== row.id && one.provider === row.provider,
  )
  return others.flatMap((one) =>
    Object.values(credentialsOf(one, deps.secretKey)).includes(secret) ? [one.name] : [],
  )
}

function credentialsOf(row: ConnectionRow, secretKey: SecretKey): Credentials {
  try {
    return openCredentials(row, secretKey)
  } catch {
    return {}
  }
}
