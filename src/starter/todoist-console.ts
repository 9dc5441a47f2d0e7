import { signInAddress, webhookAddress } from '../config/webhook-address.ts'
import { groupBy } from '../core/group-by.ts'
import { webhooks } from '../providers/todoist/webhook.ts'
import { CALLBACK_PORT } from './sign-in/callbacks.ts'

/** Where the developer of an app sets it up (reference todoist §15). */
export const TODOIST_CONSOLE = 'https://app.todoist.com/app/settings/integrations/app-management'

const EVENTS = 'Watched events'
const REDIRECT = 'OAuth redirect URL'

/** One field of the console, as it is called there, and what to put in. */
export type ConsoleField = { readonly field: string; readonly value: string }

/** `events`: those to tick. `problems`: why the service will not deliver to this address. */
export type ConsoleFields = {
  readonly console: string
  readonly fields: readonly ConsoleField[]
  readonly events: readonly string[]
  readonly problems: readonly string[]
}

/**
 * What to enter in Todoist's App Management Console: webhooks cannot be registered with a user's token. `publicUrl`: PUBLIC_URL; without
 * it there is no callback, and signing in comes back to this machine. `callbackPort`: of that.
 */
export function todoistConsoleFields({
  publicUrl,
  callbackPort = CALLBACK_PORT,
}: {
  readonly publicUrl: string | undefined
  readonly callbackPort?: number
}): ConsoleFields {
  const redirect =
    publicUrl === undefined
      ? signInAddress(`http://127.0.0.1:${callbackPort}`, 'todoist')
      : signInAddress(publicUrl, 'todoist')
  const callback = publicUrl === undefined ? [] : [callbackOf(publicUrl)]
  return {
    console: TODOIST_CONSOLE,
    fields: [{ field: REDIRECT, value: redirect }, ...callback],
    events: webhooks.events,
    problems: problemsOf(publicUrl),
  }
}

function callbackOf(publicUrl: string): ConsoleField {
  return { field: 'Webhook callback URL', value: webhookAddress(publicUrl, 'todoist', null) }
}

/** The service takes https alone, and no port. */
function problemsOf(publicUrl: string | undefined): string[] {
  if (publicUrl === undefined)
    return ['PUBLIC_URL is not set: without it Todoist has no address to deliver to.']
  const { protocol, port } = new URL(publicUrl)
  return [
    ...(protocol === 'https:' ? [] : ['Todoist delivers to https:// alone: PUBLIC_URL begins with http://.']),
    ...(port === '' ? [] : [`Todoist delivers to no address with a port: PUBLIC_URL has :${port}.`]),
  ]
}

/** Without what a sign-in needs, for somebody who has just done that. */
export function webhookFieldsAlone(given: ConsoleFields): ConsoleFields {
  return { ...given, fields: given.fields.filter(({ field }) => field !== REDIRECT) }
}

/** The fields as lines for a person. */
export function consoleLines({ console: page, fields, events, problems }: ConsoleFields): string[] {
  const width = Math.max(EVENTS.length, ...fields.map(({ field }) => field.length))
  const groups = groupBy(events, (event) => event.split(':')[0])
  return [
    ...problems,
    `In Todoist's App Management Console (${page}), at your app:`,
    ...fields.map(({ field, value }) => `  ${field.padEnd(width)}  ${value}`),
    `  ${EVENTS.padEnd(width)}  ${[...groups.values()].map((some) => some.join(' ')).join('\n  '.padEnd(width + 5))}`,
    'Then activate the webhook there. It delivers for users who have signed in by the app, its owner too.',
  ]
}
