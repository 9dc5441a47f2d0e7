import { UserError } from '../../config/errors.ts'
import type { SignIn } from '../../providers/contract.ts'
import type { Callback } from './callback.ts'

/* Why nobody is signed in, for the person who wanted to be. Nothing is stored then. */

export function noSignIn(name: string): UserError {
  return new UserError({
    code: 'NO_SIGN_IN',
    message: `${name} gives no access by signing in.`,
    hints: ['Leave out --oauth and give a key.'],
    exitCode: 2,
  })
}

export function appMissing(): UserError {
  return new UserError({
    code: 'APP_MISSING',
    message: 'Signing in needs an app of your own at Todoist, by its client id and client secret.',
    hints: [
      'Make one in the App Management Console of Todoist, and set TODOIST_CLIENT_ID and TODOIST_CLIENT_SECRET.',
      'docs/webhooks.md says what to enter there.',
    ],
    exitCode: 2,
  })
}

/** The service's words (reference todoist §4), for a person. */
const WORDS: Readonly<Record<string, string>> = {
  access_denied: 'access was denied on its page',
  invalid_application_status: 'the app is not enabled in its console',
  invalid_scope: 'the app may not ask for this access',
}

export function notGiven(name: string, word: string, { scopes }: SignIn): UserError {
  return new UserError({
    code: 'ACCESS_NOT_GIVEN',
    message: `${name} gave no access: ${WORDS[word] ?? `it answered ${word}`}.`,
    hints: [
      word === 'access_denied'
        ? 'Sign in again and agree, with the account that is to be kept in step.'
        : `Look at the app in the console of ${name}: it must be enabled and allowed ${scopes.join(', ')}.`,
      'Nothing was stored.',
    ],
    exitCode: 2,
  })
}

export function nobodyCame(name: string, timeoutMs: number, { strays, redirectUri }: Callback): UserError {
  const seconds = Math.round(timeoutMs / 1000)
  return new UserError({
    code: 'NO_SIGN_IN_ANSWER',
    message:
      strays > 0
        ? `No answer of this sign-in came within ${seconds} s; ${strays} came with another state, of an earlier sign-in or of a stranger.`
        : `Nobody came back from the page of ${name} within ${seconds} s.`,
    hints: [
      `The page must lead back to ${redirectUri}: that address, to the letter, is to be registered for the app, and the browser must reach it.`,
      'Sign in again with the page that is printed then. Nothing was stored.',
    ],
    exitCode: 3,
  })
}

export function portTaken(port: number, cause: unknown): UserError {
  return new UserError({
    code: 'CALLBACK_PORT_TAKEN',
    message: `The browser is to come back to port ${port} of this machine, and that port cannot be had.`,
    hints: [
      'End what uses it, or choose another with --callback-port and register that address for the app.',
    ],
    exitCode: 2,
    cause,
  })
}
