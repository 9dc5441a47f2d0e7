import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { UserError } from '../config/errors.ts'
import { canAsk, tell } from './output.ts'

/** Asks the person at the terminal; anything but yes is no. */
export async function confirmed(question: string, signal: AbortSignal): Promise<boolean> {
  return /^y(es)?$/i.test(await ask(`${question} [y/N] `, signal))
}

/** Shows what would be written. Throws UserError (exit code 3) unless the person at the terminal agrees. */
export async function requireYes(
  signal: AbortSignal,
  lines: readonly string[],
  otherwise: string,
): Promise<void> {
  tell(...lines)
  if (canAsk() && (await confirmed('Write this now?', signal))) return
  throw new UserError({
    code: 'NOT_CONFIRMED',
    message: otherwise,
    hints: ['Confirm it with --yes.'],
    exitCode: 3,
  })
}

/** One line of what a person knows; of a secret nothing is shown while it is typed. */
export async function askFor(
  question: string,
  { hidden, signal }: { readonly hidden: boolean; readonly signal: AbortSignal },
): Promise<string> {
  if (!hidden) return ask(question, signal)
  process.stderr.write(question)
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  try {
    return await ask('', signal, silent)
  } finally {
    process.stderr.write('\n')
  }
}

/** One line from the terminal; empty when it is closed. Ctrl-C is the whole process's. */
async function ask(
  question: string,
  signal: AbortSignal,
  output: NodeJS.WritableStream = process.stderr,
): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
  try {
    return (await Promise.race([terminal.question(question, { signal }), closed])).trim()
  } finally {
    terminal.close()
  }
}
