import type { Command } from 'commander'
import type { Answer } from '../answer.ts'
import type { Keeping } from './keeping.ts'

/** Runs one of the commands about our own tasks, and says its answer. */
export type Run = (
  flags: { readonly json?: boolean },
  work: (keeping: Keeping) => Promise<Answer>,
) => Promise<void>

/** A command that writes. */
export function writing(command: Command): Command {
  return command
    .option('--dry-run', 'show what would be done; change nothing')
    .option('--json', 'one JSON document on stdout')
}
