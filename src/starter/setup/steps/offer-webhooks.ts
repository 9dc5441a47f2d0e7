import { webhookAccountNamed } from '../../../activities/manage/webhooks.ts'
import type { WebhookAccount } from '../../../activities/webhooks/webhook-accounts.ts'
import { connectionById } from '../../../store/connections.ts'
import { takeDeliveries } from '../../take-deliveries.ts'
import type { SetupContext } from '../context.ts'
import { askYes, BACK, type Back, type Prompter } from '../prompter.ts'

/** Offers to register the webhooks of the CRM, whose system is known. What is refused is told, and the wizard goes on. */
export async function offerWebhooks(
  context: SetupContext,
  prompter: Prompter,
): Promise<'asked' | 'not-asked' | Back> {
  const { deciding, session, config } = context
  const { name } = await connectionById(session.db, (await context.route()).leftId)
  // Whoever has said no in the environment is not asked.
  if (!config.FUB_USE_WEBHOOKS && config.environment.FUB_USE_WEBHOOKS !== undefined) return 'not-asked'
  const account = await webhookAccountNamed(deciding.deps, name)
  if (account.url === null) {
    prompter.say(addressMissing(account))
    return 'not-asked'
  }
  const yes = await askYes(prompter, `Register webhooks now, at ${account.url}`, account.row.webhooks)
  if (yes === BACK) return BACK
  if (yes) prompter.say(...(await takeDeliveries(deciding, account.row, { dryRun: false })).lines)
  return 'asked'
}

export function addressMissing({ provider, row }: WebhookAccount): string {
  return `Webhooks of ${provider.name} need PUBLIC_URL, an https address that leads to the receiver (docs/webhooks.md); without them it is looked at every ${row.pollSeconds} s.`
}
