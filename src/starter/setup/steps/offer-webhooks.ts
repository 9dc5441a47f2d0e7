import { registerWebhooks, webhookAccountNamed } from '../../../activities/manage/webhooks.ts'
import type { WebhookAccount } from '../../../activities/webhooks/webhook-accounts.ts'
import { UserError } from '../../../config/errors.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { connectionById } from '../../../store/connections.ts'
import { setTaken } from '../../../store/webhooks.ts'
import { quoted } from '../../command-name.ts'
import type { Deciding } from '../../deciding.ts'
import { describeFailure } from '../../failure.ts'
import { registeredLines } from '../../webhook-lines.ts'
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
  if (!config.FUB_USE_WEBHOOKS && said(config.environment.FUB_USE_WEBHOOKS)) return 'not-asked'
  const account = await webhookAccountNamed(deciding.deps, name)
  if (account.url === null) {
    prompter.say(addressMissing(account))
    return 'not-asked'
  }
  const yes = await askYes(prompter, `Register webhooks now, at ${account.url}`, account.row.webhooks)
  if (yes === BACK) return BACK
  if (yes) await takeDeliveries(deciding, account, prompter)
  return 'asked'
}

/** Has deliveries of a connection taken, and registered where its service lets us, and says how that ended. True: they are taken. */
export async function takeDeliveries(
  deciding: Deciding,
  { row }: WebhookAccount,
  prompter: Prompter,
): Promise<boolean> {
  const { publicUrl, db } = deciding.deps
  try {
    const all = await registerWebhooks(deciding, row.name, { dryRun: false, switchOn: true })
    for (const one of all) {
      if ('error' in one) throw one.error
      prompter.say(...registeredLines(one.account, one.done, { publicUrl, fields: false }))
    }
    return true
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ProviderError)) throw error
    prompter.say(
      ...describeFailure(error, false).lines,
      `The set-up goes on without; ${quoted(`webhooks register ${row.name}`)} does it later.`,
    )
    // Whoever is believed to deliver is looked at less often.
    if (!row.webhooks) await setTaken(db, row.id, false)
    return false
  }
}

export function addressMissing({ provider, row }: WebhookAccount): string {
  return `Webhooks of ${provider.name} need PUBLIC_URL, an https address that leads to the receiver (docs/webhooks.md); without them it is looked at every ${row.pollSeconds} s.`
}

function said(value: string | undefined): boolean {
  return value !== undefined && value !== ''
}
