import { setTimeout as pause } from 'node:timers/promises'
import { Hono } from 'hono'
import type { Log } from '../../config/log.ts'
import type { SecretKey } from '../../config/secret-keys.ts'
import { signInAddress } from '../../config/webhook-address.ts'
import { listen } from '../../receiver/http-server.ts'
import type { SignInAnswer } from '../../receiver/sign-in-answer.ts'
import { signInRoutes } from '../../receiver/sign-in-routes.ts'
import type { Db } from '../../store/database.ts'
import { beginSignIn, endSignIn, takeSignIn } from '../../store/sign-ins.ts'
import type { Callback } from './callback.ts'
import { portTaken } from './refusals.ts'

/** Where a browser on this machine comes back to. To be registered for the app, so it does not change by itself. */
export const CALLBACK_PORT = 8101
const LOOPBACK = '127.0.0.1'
const DRAIN_MS = 1_000
const LOOK_EVERY_MS = 300

/** A server of its own on loopback, for a browser on the same machine. Throws UserError (exit code 2) for a port in use. */
export async function localCallback(
  { provider, port, log }: { readonly provider: string; readonly port: number; readonly log: Log },
  state: string,
): Promise<Callback> {
  let came: (answer: SignInAnswer) => void = () => undefined
  const answer = new Promise<SignInAnswer>((resolve) => {
    came = resolve
  })
  let strays = 0
  const routes = signInRoutes({
    keep: async (given, text) => {
      if (given !== state) {
        strays += 1
        return false
      }
      came(JSON.parse(text) as SignInAnswer)
      return true
    },
    log,
  })
  const app = new Hono().route('/sign-in', routes)
  const server = await listen({ host: LOOPBACK, port, fetch: (request) => app.fetch(request) }).catch(
    (cause: unknown) => {
      throw portTaken(port, cause)
    },
  )
  return {
    redirectUri: signInAddress(server.url, provider),
    answer: (signal) => Promise.race([answer, rejected(signal)]),
    get strays() {
      return strays
    },
    close: () => server.stop(DRAIN_MS),
  }
}

/** The receiver, which is reached from outside: it leaves the answer in the record. */
export async function publicCallback(
  given: {
    readonly db: Db
    readonly secretKey: SecretKey
    readonly publicUrl: string
    readonly provider: string
    readonly timeoutMs: number
  },
  state: string,
): Promise<Callback> {
  const { db, secretKey, publicUrl, provider, timeoutMs } = given
  await beginSignIn(db, state, timeoutMs)
  return {
    redirectUri: signInAddress(publicUrl, provider),
    async answer(signal) {
      for (;;) {
        const text = await takeSignIn(db, state, secretKey)
        if (text !== undefined) return JSON.parse(text) as SignInAnswer
        await pause(LOOK_EVERY_MS, undefined, { signal })
      }
    },
    strays: 0,
    close: () => endSignIn(db, state),
  }
}

function rejected(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason)
    if (signal.aborted) end()
    else signal.addEventListener('abort', end, { once: true })
  })
}
