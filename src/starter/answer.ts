import type { Outcome } from './commands/shared.ts'
import { printJson, printLines } from './output.ts'

/** What a command answers: to a program and to a person, and its exit code. */
export type Answer = {
  readonly json: unknown
  readonly lines: readonly string[]
  readonly outcome: Outcome
}

/** Says the answer on stdout; gives back the exit code. */
export function say(answer: Answer, json: boolean | undefined): Outcome {
  if (json === true) printJson(answer.json)
  else printLines(answer.lines)
  return answer.outcome
}

/** What a command that would change something says before its lines when it only shows what it would do. */
export const DRY = 'Nothing is changed; without --dry-run this is done:'
