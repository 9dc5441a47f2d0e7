import { UserError } from '../config/errors.ts'
import type { CredentialField } from '../providers/contract.ts'
import type { ProviderError } from '../providers/provider-error.ts'

/* Why an account is not connected, for the person who asked for it. */

export function noSuchProvider(kind: string, known: readonly string[]): UserError {
  return asked('NO_SUCH_PROVIDER', `There is no provider called ${kind}.`, `There are: ${known.join(', ')}.`)
}

export function noSuchConnection(name: string, known: readonly { readonly name: string }[]): UserError {
  const names = known.map((one) => one.name).join(', ')
  return asked(
    'NO_SUCH_CONNECTION',
    `There is no connection called ${name}.`,
    names === '' ? 'There is none yet: "dealbridge connect add" makes one.' : `There are: ${names}.`,
  )
}

export function nameTaken(name: string): UserError {
  return asked('NAME_TAKEN', `There is a connection called ${name} already.`, 'Choose another name.')
}

/** `team`: its users may each have a route. */
export function connectedAlready(name: string, { team }: { readonly team: boolean }): UserError {
  return asked(
    'CONNECTED_ALREADY',
    `This account is connected already, as ${name}.`,
    'One account is connected once: its tasks would be kept in step with themselves.',
    ...(team
      ? [
          'For a team: one key of an admin, and a route for each agent with "dealbridge route add … --agent <who>".',
        ]
      : []),
  )
}

export function leaving(name: string): UserError {
  return asked(
    'LEAVING',
    `${name} is being removed: what Dealbridge wrote there is taken back first.`,
    '"dealbridge connect list" shows how far it is; once it is removed it can be connected again.',
  )
}

export function otherAccount(name: string): UserError {
  return asked(
    'OTHER_ACCOUNT',
    `This key belongs to another account than the one that ${name} was made for.`,
    'Use a key of the first account, or connect the other one under a name of its own.',
  )
}

/** The key was taken there, and is that of an account of another address. */
export function otherAddress(name: string, baseUrl: string): UserError {
  return asked(
    'OTHER_ACCOUNT',
    `What answers at ${originOf(baseUrl)} is another account than the one that ${name} was made for.`,
    'An account is told by the address of its server and by its user. Give the address as it was first given, or connect this one under a name of its own.',
  )
}

/** It is not repeated: it may hold a password. */
export function noUrl(): UserError {
  return asked(
    'NO_URL',
    'This is no address of a server.',
    'An address begins with http:// or https://, e.g. https://cloud.example.com/dav/.',
  )
}

export function needsUrl(provider: string): UserError {
  return asked(
    'URL_MISSING',
    `${provider} needs the address of the server.`,
    'Give it (--url, or baseUrl in the API).',
  )
}

export function secretInUrl(): UserError {
  return asked(
    'SECRET_IN_URL',
    'The address holds a user name or a password, and addresses are shown.',
    'Leave them out of the address and give them as credentials.',
  )
}

export function missingCredentials(provider: string, fields: readonly CredentialField[]): UserError {
  return asked(
    'CREDENTIALS_MISSING',
    `${provider} needs ${fields.map(({ name }) => name).join(', ')}.`,
    ...fields.map(({ label, help }) => `${label}: ${help}`),
  )
}

export function unknownCredentials(
  provider: string,
  unknown: readonly string[],
  known: readonly string[],
): UserError {
  return asked(
    'CREDENTIALS_UNKNOWN',
    `${provider} has no ${unknown.join(', ')}.`,
    `It takes: ${known.join(', ')}.`,
  )
}

export function noLists(name: string, provider: string): UserError {
  return asked('NO_LISTS', `${name} has no lists: ${provider} keeps its tasks in none.`, 'Map nothing there.')
}

export function keyRefused(provider: string, baseUrl: string, cause: ProviderError): UserError {
  return new UserError({
    code: 'KEY_REFUSED',
    message: `${provider} at ${originOf(baseUrl)} refuses this key.`,
    hints: [cause.hint ?? 'Check the key, and that it belongs to this address. Nothing was stored.'],
    exitCode: 2,
    cause,
  })
}

export function unreachable(provider: string, baseUrl: string, cause: ProviderError): UserError {
  return new UserError({
    code: 'SERVICE_UNREACHABLE',
    message: `${provider} at ${originOf(baseUrl)} could not be asked about the key: ${cause.message}`,
    hints: [cause.hint ?? 'Check the network and the address, then try again. Nothing was stored.'],
    exitCode: 4,
    cause,
  })
}

/** A path may name the account's user. */
export function originOf(baseUrl: string): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host || baseUrl : baseUrl
}

function asked(code: string, message: string, ...hints: readonly string[]): UserError {
  return new UserError({ code, message, hints, exitCode: 2 })
}
