import { ProviderError } from '../providers/provider-error.ts'

const AGAIN_MS = 1_000

/** Somebody renews the credentials, or has to ask again. A wait, so that no worker is held up by it. */
export function inProgress(provider: string): ProviderError {
  return new ProviderError({
    kind: 'rate-limited',
    provider,
    message: `The access to ${provider} is being renewed`,
    retryAfterMs: AGAIN_MS,
  })
}

/** Nobody may ask again: a service may take the repetition for a theft. */
export function outcomeLost(provider: string): ProviderError {
  return new ProviderError({
    kind: 'auth',
    provider,
    message: `The access to ${provider} was renewed, but the answer never came, and it is too late to ask again`,
    hint: 'Sign in again',
  })
}

/** This process was held up for so long that its request must not leave any more. */
export function sentTooLate(provider: string): ProviderError {
  return new ProviderError({
    kind: 'transient',
    provider,
    message: `The access to ${provider} was not renewed: this process was held up for too long`,
  })
}
