import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { messageOf, UserError } from '../config/errors.ts'
import type { CredentialField, Credentials } from '../providers/contract.ts'
import { askFor } from './ask.ts'
import { canAsk } from './output.ts'

const credentialsSchema = z.record(z.string(), z.string())

/**
 * The credentials of an account: from a JSON file (`-`: standard input), else asked for at the terminal; never from the
 * command line, which others on the machine can read. Throws UserError (exit code 2).
 */
export async function readCredentials(
  fields: readonly CredentialField[],
  source: string | undefined,
  signal: AbortSignal,
): Promise<Credentials> {
  if (source !== undefined) return parse(source === '-' ? await text(process.stdin) : await fileText(source))
  const needed = fields.filter(({ required }) => required)
  if (needed.length === 0) return {}
  if (!canAsk()) throw notGiven(needed)
  const given: Record<string, string> = {}
  for (const field of fields) {
    const answer = await askFor(`${field.label} (${field.help}) `, { hidden: field.secret, signal })
    if (answer !== '') given[field.name] = answer
  }
  return given
}

async function fileText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw refused(`The file of credentials cannot be read: ${messageOf(cause)}`)
  }
}

function parse(content: string): Credentials {
  let json: unknown
  try {
    json = JSON.parse(content)
  } catch {
    // What stands there is secret: the parser's own message would quote it.
    throw refused('The credentials are no JSON.')
  }
  const found = credentialsSchema.safeParse(json)
  if (found.success) return found.data
  throw refused('The credentials are no JSON object of texts by name.')
}

function refused(message: string): UserError {
  return new UserError({
    code: 'CREDENTIALS_UNREADABLE',
    message,
    hints: ['Give a JSON object, e.g. {"username":"…","password":"…"}.'],
    exitCode: 2,
  })
}

function notGiven(fields: readonly CredentialField[]): UserError {
  return new UserError({
    code: 'CREDENTIALS_MISSING',
    message: `It takes ${fields.map(({ name }) => name).join(', ')}, and there is no terminal to ask at.`,
    hints: ['Give them with --credentials <file>, or --credentials - for standard input.'],
    exitCode: 2,
  })
}
