import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { messageOf, systemErrorCode } from './errors.ts'
import type { Problem } from './problem.ts'

/** Variables by name; empty ones are left out, because `NAME=` in a file means "not set". */
export type Environment = Record<string, string>

/**
 * The process's environment over `.env.dev` or `.env.prod` (TASK_SYNC_ENV; the working directory's over `config/`'s)
 * over `.env`. A file that is not there is fine, one that cannot be read is a problem.
 */
export function readEnvironment(options: {
  env: NodeJS.ProcessEnv
  cwd: string
  problems: Problem[]
}): Environment {
  const { cwd, problems } = options
  const own = withoutEmpty(options.env)
  const common = readEnvFile(join(cwd, '.env'), problems)
  const stage = own.TASK_SYNC_ENV ?? common.TASK_SYNC_ENV
  if (stage !== 'dev' && stage !== 'prod') return overlay(common, own)
  const below = readEnvFile(join(cwd, 'config', `.env.${stage}`), problems)
  const here = readEnvFile(join(cwd, `.env.${stage}`), problems)
  return [below, here, own].reduce(overlay, common)
}

/** The upper set wins, and its `NAME` silences the lower one's `NAME_FILE`, as the other way round. */
function overlay(lower: Environment, upper: Environment): Environment {
  const silenced = new Set(
    Object.keys(upper).map((name) =>
      name.endsWith('_FILE') ? name.slice(0, -'_FILE'.length) : `${name}_FILE`,
    ),
  )
  const kept = Object.entries(lower).filter(([name]) => !silenced.has(name))
  return { ...Object.fromEntries(kept), ...upper }
}

function readEnvFile(path: string, problems: Problem[]): Environment {
  try {
    return withoutEmpty(parseEnv(readFileSync(path, 'utf8')))
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT')
      problems.push({ name: path, message: `cannot be read: ${messageOf(error)}` })
    return {}
  }
}

function withoutEmpty(variables: NodeJS.Dict<string>): Environment {
  const entries = Object.entries(variables).flatMap(([name, value]) => {
    const text = value?.trim()
    return text ? [[name, text] as const] : []
  })
  return Object.fromEntries(entries)
}
