import type { SignInAnswer } from '../../receiver/sign-in-answer.ts'

/** Where the service's page leads back to, and the one answer that has the right state. */
export type Callback = {
  readonly redirectUri: string
  /** Rejects when the signal fires. */
  answer(signal: AbortSignal): Promise<SignInAnswer>
  /** How many answers had another state: of somebody else, or of an earlier try. */
  readonly strays: number
  close(): Promise<void>
}
