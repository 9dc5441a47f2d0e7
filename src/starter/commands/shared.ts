import type { Config } from '../../config/parse.ts'
import { readConfig } from '../../config/parse.ts'
import { tell } from '../output.ts'

/** The exit code of a command that ran to its end. */
export type Outcome = 0 | 1 | 2 | 3 | 4

/** The configuration of this process, its advice told on stderr. Throws ConfigError (exit code 2). */
export function configured(): Config {
  const config = readConfig({ env: process.env, cwd: process.cwd() })
  for (const hint of config.hints) tell(hint)
  return config
}
