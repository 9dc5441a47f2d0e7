import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Credentials, Provider } from '../../providers/contract.ts'
import type { SignInAnswer } from '../../receiver/sign-in-answer.ts'
import { clockNow } from '../../store/clock.ts'
import type { Db } from '../../store/database.ts'
import type { Callback } from './callback.ts'
import { nobodyCame, noSignIn, notGiven } from './refusals.ts'

/** The operator's own app at a service. */
export type OAuthApp = { readonly clientId: string; readonly clientSecret: string }

export type SigningIn = {
  readonly db: Db
  readonly provider: Provider
  readonly baseUrl: string
  readonly app: OAuthApp
  /** Opens where the answer with this state will come. */
  readonly open: (state: string) => Promise<Callback>
  /** Shows a person the page to open, and where it leads back to. */
  readonly show: (page: string, redirectUri: string) => void
  readonly timeoutMs: number
  readonly signal: AbortSignal
}

const TRADE_TIMEOUT_MS = 30_000

/**
 * Has a person give access on the service's own page, and trades what comes back for credentials. Throws UserError: exit code 2
 * for what a person said or set up, 3 when nobody came in time; ProviderError when the service does not take the code.
 */
export async function signIn(given: SigningIn): Promise<Credentials> {
  const { provider, app, baseUrl, signal } = given
  const { signIn: signing } = provider
  if (signing === undefined) throw noSignIn(provider.name)
  const state = randomBytes(32).toString('base64url')
  const callback = await given.open(state)
  const { redirectUri } = callback
  let answer: SignInAnswer
  try {
    given.show(signing.page(baseUrl, { clientId: app.clientId, redirectUri, state }), redirectUri)
    answer = await answered(callback, given)
  } finally {
    await callback.close()
  }
  if ('error' in answer) throw notGiven(provider.name, answer.error, signing)
  const connection = {
    id: `sign-in/${provider.kind}`,
    baseUrl,
    credentials: app,
    facts: null,
    // One request before there is a budget to take it from. How long access lasts is counted by the record's clock.
    gate: { take: async () => ({ askedAt: await clockNow(given.db) }), learn: () => undefined },
    signal: AbortSignal.any([signal, AbortSignal.timeout(TRADE_TIMEOUT_MS)]),
    cursor: null,
  }
  return signing.trade(connection, { code: answer.code, redirectUri })
}

async function answered(
  callback: Callback,
  { provider, timeoutMs, signal }: Pick<SigningIn, 'provider' | 'timeoutMs' | 'signal'>,
): Promise<SignInAnswer> {
  const ended = new AbortController()
  const waiting = callback.answer(AbortSignal.any([signal, ended.signal]))
  const late = pause(timeoutMs, 'late' as const, { signal: ended.signal, ref: true })
  try {
    const first = await Promise.race([waiting, late])
    if (first !== 'late') return first
    throw nobodyCame(provider.name, timeoutMs, callback)
  } finally {
    ended.abort()
    await Promise.allSettled([waiting, late])
  }
}
