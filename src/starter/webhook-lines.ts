import type {
  Failed,
  RegisteredWebhooks,
  RemovedWebhooks,
  WebhookStanding,
} from '../activities/manage/webhooks.ts'
import type { WebhookAccount } from '../activities/webhooks/webhook-accounts.ts'
import type { WebhookPlan, WebhookStep } from '../core/webhook-steps.ts'
import { quoted } from './command-name.ts'
import { describeFailure } from './failure.ts'
import { timeWords } from './task-words.ts'
import { consoleLines, todoistConsoleFields } from './todoist-console.ts'
import { WEBHOOK_VARIABLES } from './webhook-variables.ts'

/** In a word, for programs: how a connection's webhooks stand. */
export type WebhookState =
  | 'ok'
  | 'off'
  | 'left-over'
  | 'no-secret'
  | 'no-address'
  | 'console'
  | 'trouble'
  | 'not-looked'

export function stateOf({ row, url, webhooks }: WebhookAccount, standing: WebhookStanding): WebhookState {
  const { plan, hasSecret } = standing
  if (!row.webhooks) return plan !== null && plan.ours.length > 0 ? 'left-over' : 'off'
  if (!hasSecret) return 'no-secret'
  // Whoever has registered them elsewhere, as the demo does, needs no address here.
  if (url === null) return standing.lastDeliveryAt === null ? 'no-address' : 'console'
  if (webhooks.management === null || plan === null) return 'console'
  return plan.steps.length > 0 || plan.full.length > 0 ? 'trouble' : 'ok'
}

export function standingLines(account: WebhookAccount, standing: WebhookStanding, zone: string): string[] {
  const { row, url, webhooks } = account
  const state = stateOf(account, standing)
  const { plan, lastDeliveryAt, refused, lastRefusedAt, formerSecretUntil } = standing
  return [
    `${row.name}  ${row.webhooks ? 'on' : 'off'}  ${url ?? 'no address: PUBLIC_URL is not set'}`,
    `  ${stateWords(state, account, plan)}`,
    ...(plan === null || !row.webhooks ? [] : planLines(plan)),
    ...(row.webhooks ? [`  events: ${webhooks.events.join(', ')}`] : []),
    ...(row.webhooks || lastDeliveryAt !== null
      ? [
          `  last delivery: ${lastDeliveryAt === null ? 'none has ever come' : timeWords(lastDeliveryAt, zone)}`,
        ]
      : []),
    ...(lastRefusedAt === null
      ? []
      : [
          `  refused, because no secret of ours had signed them: ${refused}, the last at ${timeWords(lastRefusedAt, zone)}`,
        ]),
    ...(formerSecretUntil === null
      ? []
      : [`  the secret before is taken until ${timeWords(formerSecretUntil, zone)}`]),
  ]
}

function stateWords(
  state: WebhookState,
  { row, provider }: WebhookAccount,
  plan: WebhookPlan | null,
): string {
  switch (state) {
    case 'ok':
      return `registered with ${provider.name}, every event once, all switched on`
    case 'off':
      return `takes no deliveries; ${quoted(`webhooks register ${row.name}`)} switches it on`
    case 'left-over':
      return `takes no deliveries, but ${plan?.ours.length ?? 0} webhooks of ours are still with ${provider.name}: ${quoted(`webhooks remove ${row.name}`)}`
    case 'no-secret':
      return `has no secret by which deliveries are checked, so all are refused: ${quoted(`webhooks rotate ${row.name}`)}`
    case 'no-address':
      return 'cannot be registered or looked at before PUBLIC_URL says how we are reached'
    case 'console':
      return `registered by hand at ${provider.name}, which does not tell us how; ${quoted(`webhooks test ${row.name}`)} shows whether deliveries come`
    case 'trouble':
      return `not as it should be; ${quoted('webhooks repair')} does this:`
    case 'not-looked':
      return `${provider.name} did not say`
  }
}

/** What would be, or was, done; then whom we leave alone. */
export function planLines({ steps, full, foreign }: WebhookPlan): string[] {
  return [
    ...steps.map((step) => `  ${stepWords(step)}`),
    ...(full.length > 0
      ? [
          `  no place for ${full.join(', ')}: other addresses of the same system hold all. Remove a webhook that is no longer used, or register a system of its own for this installation`,
        ]
      : []),
    ...(foreign.length > 0
      ? [
          `  ${foreign.length} of the same system lead elsewhere and are left alone: ${[...new Set(foreign.map(({ url }) => originOf(url)))].join(', ')}`,
        ]
      : []),
  ]
}

function stepWords(step: WebhookStep): string {
  switch (step.do) {
    case 'register':
      return `register ${step.event}`
    case 'repair': {
      const what = [
        ...(step.disabled ? ['switched off by the service'] : []),
        ...(step.elsewhere ? ['leads elsewhere'] : []),
      ]
      return `repair ${step.event} (${step.remoteId}): ${what.join(', ')}`
    }
    case 'remove':
      return `remove ${step.event} (${step.remoteId}): ${step.why === 'twice' ? 'it would come twice' : 'nobody wants it any more'}`
  }
}

/** `fields`: with what is to be entered in a console. */
export function registeredLines(
  account: WebhookAccount,
  { settled, switchedOn, configured }: RegisteredWebhooks,
  { publicUrl, fields }: { readonly publicUrl: string | undefined; readonly fields: boolean },
): string[] {
  const { row, provider, url } = account
  return [
    ...(switchedOn ? [`${row.name} takes deliveries.`, ...switchLines(account, configured, true)] : []),
    ...(settled === null
      ? [
          `${row.name}: ${provider.name} takes webhooks in its own console alone.`,
          ...(fields && row.provider === 'todoist' ? consoleLines(todoistConsoleFields({ publicUrl })) : []),
        ]
      : settled.before.steps.length === 0
        ? [`${row.name}: everything is registered at ${url}.`]
        : [`${row.name}, at ${url}:`]),
    ...(settled === null
      ? []
      : planLines({ ...settled.before, full: settled.after.full, foreign: settled.after.foreign })),
  ]
}

export function removedLines(
  account: WebhookAccount,
  { removed, console: byHand, configured }: RemovedWebhooks,
): string[] {
  const { row, provider } = account
  return [
    byHand
      ? `${row.name} takes no deliveries any more. Deactivate the webhook in the console of ${provider.name}: its deliveries are answered 404.`
      : `${row.name}: ${removed.length} webhooks are removed, and deliveries are not taken any more.`,
    ...removed.map(({ event, remoteId }) => `  ${event} (${remoteId})`),
    ...switchLines(account, configured, false),
  ]
}

/** What the environment of the next start has to say, where it gives the account. */
function switchLines({ row }: WebhookAccount, configured: boolean, taken: boolean): string[] {
  const name = WEBHOOK_VARIABLES[row.provider]?.takes
  if (!configured || name === undefined) return []
  return [
    taken
      ? `The environment gives this account: where it says ${name}=false, take that out, or the next start goes by it.`
      : `The environment gives this account: set ${name}=false, or the next start may take deliveries again.`,
  ]
}

/** What is wrong and what to do, of one connection among several. */
export function failedLines({ account, error }: Failed): string[] {
  const [first = '', ...more] = describeFailure(error, false).lines
  return [`${account.row.name}: ${first}`, ...more.map((line) => `  ${line}`)]
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url
}
