import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { messageOf, UserError } from '../config/errors.ts'
import { askFor } from './ask.ts'
import { canAsk } from './output.ts'

/**
 * One secret: from a file (`-`: standard input), else asked for at the terminal; never from the command line, which others on the
 * machine can read. `what`: what it is, for the question. Throws UserError (exit code 2).
 */
export async function readSecret(
  what: string,
  source: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  const given = source === undefined ? await asked(what, signal) : await read(source)
  const secret = given.trim()
  if (secret !== '' && !/\s/.test(secret)) return secret
  throw refused(secret === '' ? 'No secret was given.' : 'A secret is one word, and this is more.')
}

async function asked(what: string, signal: AbortSignal): Promise<string> {
  if (!canAsk()) throw refused(`It takes ${what}, and there is no terminal to ask at.`)
  return askFor(`The new secret: ${what} `, { hidden: true, signal })
}

async function read(source: string): Promise<string> {
  if (source === '-') return text(process.stdin)
  try {
    return await readFile(source, 'utf8')
  } catch (cause) {
    throw refused(`The file of the secret cannot be read: ${messageOf(cause)}`)
  }
}

function refused(message: string): UserError {
  return new UserError({
    code: 'SECRET_MISSING',
    message,
    hints: ['Give it with --secret <file>, or --secret - for standard input.'],
    exitCode: 2,
  })
}
