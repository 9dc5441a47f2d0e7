import { type Config, isLoopback } from '../../../config/parse.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'

const { ok, warning, problem } = findingsOf('options')
const LIST = 'docs/configuration.md lists every option.'

/** Unknown names, bad values, and options that contradict each other. */
export const checkOptions: Check = async ({ config, problems }) => {
  const found = [
    ...problems.map(({ name, message }) =>
      problem(name, message, `Correct the environment or the .env file; ${LIST}`, { exit: 2 }),
    ),
    ...config.hints.map((hint) => warning(nameIn(hint), hint, LIST)),
    ...contradictions(config),
  ]
  return found.length > 0 ? found : [ok('', 'all are known and have values that are allowed')]
}

function contradictions(config: Config): Finding[] {
  const found: Finding[] = []
  const together = (given: keyof Config, missing: keyof Config, why: string) => {
    if (config[given] !== undefined && config[missing] === undefined)
      found.push(warning(given, `set without ${missing}: ${why}`, `Set ${missing}, or leave out ${given}.`))
  }
  together('FUB_SYSTEM_NAME', 'FUB_SYSTEM_KEY', 'a registered system has both')
  together('FUB_SYSTEM_KEY', 'FUB_SYSTEM_NAME', 'a registered system has both')
  together('FUB_SYSTEM_NAME', 'FUB_API_KEY', 'no account of Follow Up Boss is configured')
  together('TODOIST_CLIENT_ID', 'TODOIST_CLIENT_SECRET', 'an app of Todoist has both')
  const { PUBLIC_URL, TODOIST_USE_WEBHOOKS, FUB_USE_WEBHOOKS } = config
  if (PUBLIC_URL === undefined && (TODOIST_USE_WEBHOOKS || FUB_USE_WEBHOOKS))
    found.push(
      warning(
        'PUBLIC_URL',
        'not set, though webhooks are on: no service knows where to deliver',
        'Set PUBLIC_URL to where the outside world reaches the receiver, or turn webhooks off.',
      ),
    )
  if (
    PUBLIC_URL !== undefined &&
    new URL(PUBLIC_URL).protocol === 'http:' &&
    !isLoopback(new URL(PUBLIC_URL).hostname)
  )
    found.push(
      warning(
        'PUBLIC_URL',
        'begins with http: deliveries and sign-ins could be read on the way, and services refuse such addresses',
        'Put the receiver behind TLS, and give its https address.',
      ),
    )
  if (config.TEMPORAL_API_KEY !== undefined && config.TEMPORAL_ADDRESS === undefined)
    found.push(
      warning(
        'TEMPORAL_API_KEY',
        'set without TEMPORAL_ADDRESS: the embedded server takes no key',
        'Set TEMPORAL_ADDRESS to your server, or leave out TEMPORAL_API_KEY.',
      ),
    )
  const poll = Math.max(config.FUB_POLL_INTERVAL_SECONDS, config.TODOIST_POLL_INTERVAL_SECONDS)
  if (config.RECONCILE_INTERVAL_SECONDS !== undefined && config.RECONCILE_INTERVAL_SECONDS < poll)
    found.push(
      warning(
        'RECONCILE_INTERVAL_SECONDS',
        `${config.RECONCILE_INTERVAL_SECONDS} s is shorter than the ${poll} s between two looks for changes: every look is a complete one`,
        'Make it longer; a complete listing costs many requests.',
      ),
    )
  return found
}

/** The variable that a hint begins with. */
function nameIn(hint: string): string {
  return /^[A-Z][A-Z0-9_]+/u.exec(hint)?.[0] ?? ''
}
