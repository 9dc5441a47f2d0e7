import { providerOf } from '../../../activities/deps.ts'
import { webhookAccountNamed } from '../../../activities/manage/webhooks.ts'
import type { WebhookAccount } from '../../../activities/webhooks/webhook-accounts.ts'
import { connectionById, openCredentials } from '../../../store/connections.ts'
import { quoted } from '../../command-name.ts'
import { takeDeliveries } from '../../take-deliveries.ts'
import { consoleLines, todoistConsoleFields } from '../../todoist-console.ts'
import type { SetupContext } from '../context.ts'
import { askYes, BACK } from '../prompter.ts'
import type { Step, StepEnd } from '../step.ts'
import { addressMissing } from './offer-webhooks.ts'
import { signInByApp } from './sign-in-by-app.ts'
import { offerTest } from './test-delivery.ts'

/**
 * Webhooks of Todoist, which belong to an app of the user's own: what to enter in its console, the sign-in by which Todoist delivers
 * for them, and a test.
 */
export const todoistWebhooksStep: Step = {
  name: 'todoist-webhooks',
  async applies(context) {
    const { provider } = await connectionById(context.session.db, (await context.route()).rightId)
    return provider === 'todoist' && providerOf(context.deciding.deps, provider).signIn !== undefined
  },
  async run(context, prompter): Promise<StepEnd> {
    const { deciding } = context
    const { publicUrl } = deciding.deps
    const account = await accountOf(context)
    const { name } = account.row
    if (publicUrl === undefined) {
      prompter.say(addressMissing(account))
      return 'passed'
    }
    prompter.say(
      'Todoist tells of changes at once by an app of your own, which is free, and for whoever has signed in by it.',
      ...consoleLines(todoistConsoleFields({ publicUrl })),
    )
    for (;;) {
      const signedIn = await delivers(context)
      const question = signedIn
        ? `${name} has signed in by the app. Sign in again`
        : 'Is there such an app, and do you sign in by it now'
      const wanted = await askYes(prompter, question, false)
      if (wanted === BACK) return 'back'
      if (!wanted && !signedIn) {
        prompter.say(
          `Later: ${quoted(`connect edit ${name} --oauth`)}, then ${quoted(`webhooks register ${name}`)}.`,
        )
        return 'next'
      }
      if (wanted) {
        if (!(await signInByApp(context, prompter, account))) continue
        const { taken, lines } = await takeDeliveries(deciding, account.row, { dryRun: false })
        prompter.say(...lines)
        if (!taken) return 'next'
      }
      if ((await offerTest(deciding, prompter, name)) !== BACK) return 'next'
    }
  },
}

async function accountOf({ session, deciding, ...context }: SetupContext): Promise<WebhookAccount> {
  const { name } = await connectionById(session.db, (await context.route()).rightId)
  return webhookAccountNamed(deciding.deps, name)
}

/** Whether Todoist delivers for it, as far as we can know. */
async function delivers(context: SetupContext): Promise<boolean> {
  const { row } = await accountOf(context)
  return row.webhooks && openCredentials(row, await context.session.secretKey()).clientId !== undefined
}
