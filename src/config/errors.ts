/**
 * An error meant for the person at the keyboard: what is wrong, and what to do next.
 *
 * `code` is stable text for scripts, `hints` are shown one per line below the message, `exitCode` follows the
 * command line's promise: 1 failed, 2 usage or configuration, 3 something waits, 4 a service cannot be reached.
 */
export class UserError extends Error {
  override readonly name: string = 'UserError'
  readonly code: string
  readonly hints: readonly string[]
  readonly exitCode: ExitCode

  constructor(facts: UserErrorFacts) {
    super(facts.message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.code = facts.code
    this.hints = facts.hints ?? []
    this.exitCode = facts.exitCode ?? 1
  }
}

export type ExitCode = 1 | 2 | 3 | 4

export interface UserErrorFacts {
  code: string
  message: string
  hints?: readonly string[]
  exitCode?: ExitCode
  cause?: unknown
}

/** The code of a failed system call (`ENOENT`, `EADDRINUSE`, ...), or undefined for any other value. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** The message of whatever was thrown, for sentences of our own. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
