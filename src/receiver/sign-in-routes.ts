import { Hono } from 'hono'
import { messageOf } from '../config/errors.ts'
import type { Log } from '../config/log.ts'
import { answerIn, SIGN_IN_WORDS, signInPage } from './sign-in-answer.ts'

export type SignInRoutesOptions = {
  /** Keeps the answer for whoever waits for this state; false where nobody does. */
  readonly keep: (state: string, answer: string) => Promise<boolean>
  readonly log: Log
}

/** `GET /<provider>`: where a service's sign-in page leads back to. What it brings waits, sealed, for the command that asked. */
export function signInRoutes({ keep, log }: SignInRoutesOptions): Hono {
  const app = new Hono()
  app.get('/:provider', async (c) => {
    c.header('Cache-Control', 'no-store')
    c.header('Referrer-Policy', 'no-referrer')
    const answer = answerIn(c.req.query())
    const state = c.req.query('state') ?? ''
    if (answer === null || state === '') return c.html(signInPage(SIGN_IN_WORDS.unexpected), 400)
    try {
      if (!(await keep(state, JSON.stringify(answer))))
        return c.html(signInPage(SIGN_IN_WORDS.unexpected), 400)
    } catch (error) {
      log.warn({ reason: messageOf(error) }, 'the answer of a sign-in could not be kept')
      return c.html(signInPage(SIGN_IN_WORDS.unavailable), 503)
    }
    return c.html(signInPage('error' in answer ? SIGN_IN_WORDS.refused : SIGN_IN_WORDS.taken))
  })
  return app
}
