import { readFile } from 'node:fs/promises'
import { messageOf, UserError } from '../../config/errors.ts'
import type { Credentials } from '../../providers/contract.ts'
import type { SecretInput } from './setup-file.ts'

/** Credentials as a file says where they are. `environment`: with what `.env` says. Throws UserError (exit code 2). */
export async function secretsOf(
  said: Readonly<Record<string, SecretInput>>,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Credentials> {
  const given: Record<string, string> = {}
  for (const [name, secret] of Object.entries(said)) given[name] = await secretOf(name, secret, environment)
  return given
}

async function secretOf(
  name: string,
  secret: SecretInput,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  if (typeof secret === 'string') return secret
  if ('env' in secret) {
    const value = environment[secret.env]
    if (value !== undefined && value !== '') return value
    throw missing(name, `${secret.env} is not set in the environment`)
  }
  try {
    const value = (await readFile(secret.file, 'utf8')).trim()
    if (value !== '') return value
  } catch (cause) {
    throw missing(name, messageOf(cause))
  }
  throw missing(name, `${secret.file} is empty`)
}

function missing(name: string, why: string): UserError {
  return new UserError({
    code: 'SECRET_MISSING',
    message: `There is no ${name}: ${why}.`,
    hints: ['Set it, or let the file of the set-up name another place. Nothing was changed.'],
    exitCode: 2,
  })
}
