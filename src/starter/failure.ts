import { CommanderError } from 'commander'
import { messageOf, UserError } from '../config/errors.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { asTyped } from './command-name.ts'

/** How a command that failed ends: the lines for stderr and the exit code. */
export type Failure = { readonly lines: readonly string[]; readonly exitCode: number }

/** What is wrong, and what to do next; with `debug` also where it happened. */
export function describeFailure(error: unknown, debug: boolean): Failure {
  if (error instanceof CommanderError) {
    // Commander has said it already; help and version are no failures.
    return { lines: [], exitCode: error.exitCode === 0 ? 0 : 2 }
  }
  const stack = debug && error instanceof Error ? [fullStack(error)] : []
  if (error instanceof UserError) {
    return { lines: [error.message, ...error.hints.map(asTyped), ...stack], exitCode: error.exitCode }
  }
  if (error instanceof ProviderError) {
    const hint = error.hint === undefined ? [] : [asTyped(error.hint)]
    return { lines: [`${error.provider}: ${error.message}`, ...hint, ...stack], exitCode: exitCodeOf(error) }
  }
  const advice = debug ? [] : ['The same command with --debug shows where it happened.']
  return { lines: [`Failed: ${messageOf(error)}`, ...advice, ...stack], exitCode: 1 }
}

/** A key that is refused, and an account that is paused, are a matter of how it is set up. */
function exitCodeOf({ kind }: ProviderError): 1 | 2 | 4 {
  if (kind === 'auth') return 2
  return kind === 'transient' || kind === 'rate-limited' ? 4 : 1
}

function fullStack(error: Error): string {
  const stack = error.stack ?? error.message
  return error.cause instanceof Error ? `${stack}\nCaused by: ${fullStack(error.cause)}` : stack
}
