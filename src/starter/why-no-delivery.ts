import { z } from 'zod'
import type { AwaitedDelivery } from '../activities/webhooks/wait-for-delivery.ts'
import type { WebhookAccount } from '../activities/webhooks/webhook-accounts.ts'
import type { WebhookPlan } from '../core/webhook-steps.ts'
import type { Credentials } from '../providers/contract.ts'
import { PROBLEM_TYPES } from '../receiver/problem.ts'
import { quoted } from './command-name.ts'

const ANSWER_TIMEOUT_MS = 5_000
/** The receiver answers so to whoever brings no delivery. */
const problemSchema = z.object({ type: z.string() })

/** How a person causes a delivery, by the kind of the provider. */
const CAUSES: Readonly<Record<string, string>> = {
  'follow-up-boss': 'Edit a task or a person in Follow Up Boss now.',
  todoist: 'Edit a task in Todoist now, or complete one.',
}

export function causeOf({ row, provider }: WebhookAccount): string {
  return CAUSES[row.provider] ?? `Change something in ${provider.name} now.`
}

/** What can be found out about why none came. `reached`: who answers at our address from here; null: nobody was asked. */
export type WhyNone = {
  readonly account: WebhookAccount
  readonly awaited: AwaitedDelivery
  readonly plan: WebhookPlan | null
  readonly reached: 'dealbridge' | 'another' | 'nobody' | null
  readonly credentials: Credentials
}

/** Why none may have come, the certain before the likely. */
export function whyNone({ account, awaited, plan, reached, credentials }: WhyNone): string[] {
  const { row, provider, url } = account
  const wrong = plan === null ? 0 : plan.steps.length + plan.full.length
  const signedIn = credentials.clientId !== undefined
  const certain = [
    ...(awaited.refused > 0
      ? [
          `${awaited.refused} came and were refused: another secret than ours has signed them. ${quoted(`webhooks rotate ${row.name}`)} takes the right one.`,
        ]
      : []),
    ...(url === null ? ['PUBLIC_URL is not set, so no service was told an address of ours.'] : []),
    ...(reached === 'nobody'
      ? [`${url} does not answer from here: does the receiver run, and does PUBLIC_URL lead to it?`]
      : []),
    ...(reached === 'another'
      ? [`What answers at ${url} is not Dealbridge: look at where PUBLIC_URL leads.`]
      : []),
    ...(wrong > 0
      ? [`The webhooks at ${provider.name} are not as they should be: ${quoted('webhooks repair')}.`]
      : []),
    ...(row.provider === 'todoist' && !signedIn
      ? [
          `Todoist delivers for users who have signed in by the app, and ${row.name} has a personal token: ${quoted(`connect edit ${row.name} --oauth`)}.`,
        ]
      : []),
  ]
  const likely = [
    ...(account.webhooks.management === null
      ? [
          `In the console of ${provider.name} the callback URL must be ${url ?? 'set'}, the events ticked and the webhook activated: ${quoted(`webhooks register ${row.name}`)} prints the fields.`,
        ]
      : []),
    `The service may be slow, or may not reach the address from outside: look at the firewall and the log of the proxy. Nothing is lost meanwhile: changes are found by looking, every ${row.pollSeconds} s.`,
  ]
  return [...certain, ...likely]
}

/** Asks at the address itself, as a service would come to it, whether we are there. */
export async function reachedAt(
  url: string,
  signal: AbortSignal,
): Promise<'dealbridge' | 'another' | 'nobody'> {
  try {
    const answer = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    })
    const body = problemSchema.safeParse(await answer.json().catch(() => null))
    return body.success && body.data.type.startsWith(PROBLEM_TYPES) ? 'dealbridge' : 'another'
  } catch {
    return 'nobody'
  }
}
