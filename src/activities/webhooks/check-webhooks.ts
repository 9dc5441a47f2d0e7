import { UserError } from '../../config/errors.ts'
import type { WebhookPlan } from '../../core/webhook-steps.ts'
import { ProviderError, type ProviderErrorKind } from '../../providers/provider-error.ts'
import type { Deps } from '../deps.ts'
import { lookAtWebhooks, type Registrable, registrable } from './look-at-webhooks.ts'
import { webhookAccounts } from './webhook-accounts.ts'

/**
 * What is wrong with a connection's webhooks: `missing`, `disabled` by the service, leading `elsewhere` (a former address of ours, or
 * where somebody has turned them), there `twice`, `no-place` because others hold all. `not-looked`: the service did not say.
 */
export type WebhookFinding = {
  readonly connectionId: string
  readonly kind: 'missing' | 'disabled' | 'elsewhere' | 'twice' | 'no-place' | 'not-looked'
  readonly events: readonly string[]
  readonly remoteIds: readonly string[]
  /** Of `not-looked`: why. */
  readonly why?: ProviderErrorKind | 'busy'
}

/**
 * Looks at the webhooks of every connection that takes deliveries and with whose service they are registered. Changes
 * nothing; one call for each. Nothing where PUBLIC_URL does not say how we are reached.
 */
export async function checkWebhooks(
  deps: Deps,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly WebhookFinding[]> {
  const found: WebhookFinding[] = []
  for (const account of await lookedAfter(deps)) {
    const { id } = account.row
    found.push(
      ...(await orWhyNot(id, async () =>
        findingsOf(id, await lookAtWebhooks(deps, account, signal, 'poll')),
      )),
    )
  }
  return found
}

/** Paused ones rest, and are called by nobody. */
async function lookedAfter(deps: Deps): Promise<Registrable[]> {
  return (await webhookAccounts(deps))
    .filter(({ row }) => row.webhooks && row.state !== 'paused')
    .flatMap((account) => registrable(account) ?? [])
}

/** What a plan says, in findings. */
export function findingsOf(connectionId: string, { steps, full }: WebhookPlan): WebhookFinding[] {
  const of = (kind: WebhookFinding['kind'], some: readonly { event: string; remoteId?: string }[]) =>
    some.length === 0
      ? []
      : [
          {
            connectionId,
            kind,
            events: some.map(({ event }) => event),
            remoteIds: some.flatMap(({ remoteId }) => remoteId ?? []),
          },
        ]
  return [
    ...of(
      'missing',
      steps.filter((step) => step.do === 'register'),
    ),
    ...of(
      'disabled',
      steps.filter((step) => step.do === 'repair' && step.disabled),
    ),
    ...of(
      'elsewhere',
      steps.filter((step) => step.do === 'repair' && step.elsewhere),
    ),
    ...of(
      'twice',
      steps.filter((step) => step.do === 'remove'),
    ),
    ...of(
      'no-place',
      full.map((event) => ({ event })),
    ),
  ]
}

async function orWhyNot(
  connectionId: string,
  work: () => Promise<readonly WebhookFinding[]>,
): Promise<readonly WebhookFinding[]> {
  try {
    return await work()
  } catch (error) {
    const why = error instanceof ProviderError ? error.kind : error instanceof UserError ? 'busy' : null
    if (why === null) throw error
    return [{ connectionId, kind: 'not-looked', events: [], remoteIds: [], why }]
  }
}
