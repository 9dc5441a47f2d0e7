import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { alertHints } from './alert-hints.ts'
import { type Environment, readEnvironment } from './environment.ts'
import { messageOf, UserError } from './errors.ts'
import { describeKind, type OptionValue, parseValue } from './kinds.ts'
import { nearest } from './nearest.ts'
import { type KnownOptions, type OptionName, type OptionSpec, type Options, optionList } from './options.ts'
import type { Problem } from './problem.ts'

/** All that is wrong with the configuration at once; exit code 2. */
export class ConfigError extends UserError {
  override readonly name = 'ConfigError'
  readonly problems: readonly Problem[]

  constructor(problems: readonly Problem[]) {
    super({
      code: 'CONFIG',
      message: problems.map((problem) => `${problem.name} ${problem.message}`).join('\n'),
      hints: ['Correct the environment or the .env file; docs/configuration.md lists every option.'],
      exitCode: 2,
    })
    this.problems = problems
  }
}

export interface Config extends Options {
  /** The variables that everything was read from, secrets from files included: hand it to envconfig and to children. */
  readonly environment: Environment
  /** By the name of each secret that came from a file: where that is. */
  readonly secretFiles: Readonly<Record<string, string>>
  /** Advice that is worth a line but stops nothing. */
  readonly hints: readonly string[]
}

export interface ConfigSource {
  env: NodeJS.ProcessEnv
  /** Where `.env` is looked for and what relative paths start from. */
  cwd: string
  /** Whether the log goes to a terminal; default: whether stderr is one. */
  isTerminal?: boolean
  /** Variables that are passed over, wherever they are set: to go on with what is right. */
  without?: readonly string[]
}

/** Reads and checks every option. Throws one `ConfigError` that holds all problems. */
export function readConfig(source: ConfigSource): Config {
  const problems: Problem[] = []
  const environment = readEnvironment({ ...source, problems })
  for (const name of source.without ?? []) delete environment[name]
  const secretFiles = takeSecretFiles(environment, source.cwd, problems)
  refuseUnknownNames(environment, problems)

  const values = new Map<string, OptionValue>()
  for (const [name, spec] of optionList) {
    const value = readOption({ name, spec, text: environment[name], cwd: source.cwd, problems })
    if (value !== undefined) values.set(name, value)
  }
  const isTerminal = source.isTerminal ?? process.stderr.isTTY === true
  const known: KnownOptions = { get: (name) => values.get(name), isTerminal }
  for (const [name, spec] of optionList) {
    const value = values.has(name) ? undefined : spec.computed?.(known)
    if (value !== undefined) values.set(name, value)
  }
  if (values.get('API_TOKEN') === undefined && !isLoopback(String(values.get('API_HOST')))) {
    problems.push({ name: 'API_TOKEN', message: 'is required when API_HOST is not a loopback address' })
  }
  if (problems.length > 0) throw new ConfigError(problems)
  return { ...typedOptions(values), environment, secretFiles, hints: hintsFor(environment, known) }
}

function readOption(input: {
  name: OptionName
  spec: OptionSpec
  text: string | undefined
  cwd: string
  problems: Problem[]
}): OptionValue | undefined {
  const { name, spec, text } = input
  if (text === undefined) return spec.default
  const value = parseValue(spec, text)
  if (value === undefined) {
    const shown = spec.secret === true ? '' : `, not "${text}"`
    input.problems.push({ name, message: `must be ${describeKind(spec)}${shown}` })
    return spec.default
  }
  return spec.kind === 'path' && spec.readBy === undefined ? resolve(input.cwd, String(value)) : value
}

/** `NAME_FILE` holds a secret's path: its content takes the secret's name. */
function takeSecretFiles(environment: Environment, cwd: string, problems: Problem[]): Record<string, string> {
  const files: Record<string, string> = {}
  for (const [name, spec] of optionList) {
    const variable = `${name}_FILE`
    const path = environment[variable]
    if (spec.secret !== true || path === undefined) continue
    delete environment[variable]
    if (environment[name] !== undefined) {
      problems.push({ name: variable, message: `and ${name} are both set; leave one out` })
      continue
    }
    try {
      const file = resolve(cwd, path)
      const content = readFileSync(file, 'utf8').trim()
      if (content === '') problems.push({ name: variable, message: `names an empty file: ${path}` })
      else {
        environment[name] = content
        files[name] = file
      }
    } catch (error) {
      problems.push({ name: variable, message: `names a file that cannot be read: ${messageOf(error)}` })
    }
  }
  return files
}

function refuseUnknownNames(environment: Environment, problems: Problem[]): void {
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('DEALBRIDGE_') || isKnown(name)) continue
    problems.push({ name, message: `is not an option${meant(name)}` })
  }
}

function hintsFor(environment: Environment, known: KnownOptions): string[] {
  const hints: string[] = []
  if (environment.DB_PATH !== undefined) {
    hints.push(
      'DB_PATH is not used: the record is kept in Postgres. Set DATABASE_URL, or leave both out for the embedded one.',
    )
  }
  for (const name of Object.keys(environment)) {
    if (/^(FUB|TODOIST)_/.test(name) && !isKnown(name)) hints.push(`${name} is not an option${meant(name)}.`)
  }
  if (known.get('TODOIST_USE_WEBHOOKS') === true && known.get('TODOIST_WEBHOOK_SECRET') === undefined) {
    hints.push(
      'TODOIST_USE_WEBHOOKS is on, but neither TODOIST_WEBHOOK_SECRET nor TODOIST_CLIENT_SECRET is set: deliveries cannot be checked and are refused.',
    )
  }
  if (known.get('FUB_USE_WEBHOOKS') === true && known.get('FUB_SYSTEM_KEY') === undefined) {
    hints.push(
      'FUB_USE_WEBHOOKS is on, but FUB_SYSTEM_KEY is not set: deliveries cannot be checked and are refused.',
    )
  }
  hints.push(...alertHints(known))
  return hints
}

function isKnown(name: string): boolean {
  return optionList.some(
    ([known, spec]) => name === known || (spec.secret === true && name === `${known}_FILE`),
  )
}

function meant(name: string): string {
  const near = nearest(
    name,
    optionList.map(([known]) => known),
  )
  return near === undefined ? '; docs/configuration.md lists them' : `; did you mean ${near}?`
}

/** True for names and addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

function typedOptions(values: ReadonlyMap<string, OptionValue>): Options {
  const entries = optionList.map(([name]) => [name, values.get(name)])
  // Each value was parsed by its own row of the table from which the type is derived.
  return Object.fromEntries(entries) as Options
}
