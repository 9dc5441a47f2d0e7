import { UserError } from '../../config/errors.ts'
import type { ProviderError } from '../../providers/provider-error.ts'

/* Why something is not done about webhooks, for the person who asked for it. */

export function noWebhooks(name: string, provider: string): UserError {
  return asked(
    'NO_WEBHOOKS',
    `${name} has no webhooks: ${provider} delivers nothing.`,
    'It is looked at again and again; "dealbridge connect edit --poll" says how often.',
  )
}

export function nobodyDelivers(): UserError {
  return asked(
    'NO_WEBHOOKS',
    'No connection takes deliveries.',
    'Name one to switch it on: "dealbridge webhooks register <connection>". "dealbridge webhooks list" shows them.',
  )
}

export function noPublicUrl(): UserError {
  return asked(
    'NO_PUBLIC_URL',
    'PUBLIC_URL is not set, so nobody knows the address at which services reach Dealbridge.',
    'Set it to the https address that leads to the receiver (API_HOST and API_PORT), for this command and for "dealbridge start".',
  )
}

export function deliveriesOff(name: string): UserError {
  return asked(
    'WEBHOOKS_OFF',
    `${name} takes no deliveries.`,
    `Switch it on: "dealbridge webhooks register ${name}".`,
  )
}

/** `label`: what the service calls its secret. */
export function noSecret(name: string, label: string): UserError {
  return asked(
    'NO_WEBHOOK_SECRET',
    `${name} has no ${label}, by which deliveries are checked.`,
    `Give it: "dealbridge webhooks rotate ${name}".`,
  )
}

export function sameSecret(name: string): UserError {
  return asked('SAME_SECRET', `That is the secret that ${name} has already.`, 'Give the new one.')
}

export function secretRefused(provider: string, cause: ProviderError): UserError {
  return new UserError({
    code: 'SECRET_REFUSED',
    message: `${provider} does not take this as the key of the system: ${cause.message}.`,
    hints: [cause.hint ?? 'Check it.', 'Nothing was stored; the old one is still in force.'],
    exitCode: 2,
    cause,
  })
}

function asked(code: string, message: string, ...hints: readonly string[]): UserError {
  return new UserError({ code, message, hints, exitCode: 2 })
}
