import { editConnection } from '../../activities/manage/connections.ts'
import type { Credentials, Provider } from '../../providers/contract.ts'
import type { Deciding } from '../deciding.ts'
import { CALLBACK_PORT, localCallback, publicCallback } from './callbacks.ts'
import { type OAuthApp, signIn } from './sign-in.ts'

const TIMEOUT_SECONDS = 300

export type AccessWanted = {
  readonly provider: Provider
  readonly baseUrl: string
  readonly app: OAuthApp
  /** Has the browser come back to this machine, also where PUBLIC_URL is set. */
  readonly callbackPort?: number
  /** In seconds; 300 where it is not said. */
  readonly timeout?: number
  /** Shows a person the page to open, and where it leads back to. */
  readonly show: (page: string, redirectUri: string) => void
}

/** Comes back to the receiver where PUBLIC_URL says how that is reached, else to this machine. Throws as `signIn` does; nothing is stored. */
export async function accessBySignIn(
  { deps, secretKey, signal }: Deciding,
  { provider, baseUrl, app, callbackPort, timeout = TIMEOUT_SECONDS, show }: AccessWanted,
): Promise<Credentials> {
  const { db, log, publicUrl } = deps
  const timeoutMs = timeout * 1000
  const sealing = await secretKey()
  const open = (state: string) =>
    callbackPort === undefined && publicUrl !== undefined
      ? publicCallback({ db, secretKey: sealing, publicUrl, provider: provider.kind, timeoutMs }, state)
      : localCallback({ provider: provider.kind, port: callbackPort ?? CALLBACK_PORT, log }, state)
  return signIn({ db, provider, baseUrl, app, open, show, timeoutMs, signal })
}

/** In the place of what it had; tried first. Throws UserError, also for another account; nothing is stored then. */
export function keepNewAccess(deciding: Deciding, connectionId: string, credentials: Credentials) {
  return editConnection(deciding, connectionId, { credentials, replacesCredentials: true })
}

/** What a person reads while their answer is waited for. */
export function signInLines(page: string, redirectUri: string): string[] {
  return [
    'Open this page in a browser and give access:',
    '',
    `  ${page}`,
    '',
    `It leads back to ${redirectUri}.`,
  ]
}
