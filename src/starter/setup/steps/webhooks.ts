import { providerOf } from '../../../activities/deps.ts'
import { editConnection } from '../../../activities/manage/connections.ts'
import { UserError } from '../../../config/errors.ts'
import type { CredentialField } from '../../../providers/contract.ts'
import { connectionById, openCredentials } from '../../../store/connections.ts'
import { asTyped } from '../../command-name.ts'
import type { SetupContext } from '../context.ts'
import { askYes, BACK, type Back, type Prompter } from '../prompter.ts'
import type { Step, StepEnd } from '../step.ts'
import { offerWebhooks } from './offer-webhooks.ts'

/** Where Follow Up Boss registers a system, free of charge (reference follow-up-boss, identification). */
const REGISTRATION = 'https://apps.followupboss.com/system-registration'

/**
 * The name and key of a registered system of the CRM, by which it takes twice the requests, and which its webhooks need; then
 * whether these are registered.
 */
export const webhooksStep: Step = {
  name: 'webhooks',
  applies: async (context) => (await systemFields(context)).length > 0,
  async run(context, prompter): Promise<StepEnd> {
    const { leftId } = await context.route()
    const { name } = await connectionById(context.session.db, leftId)
    const fields = await systemFields(context)
    prompter.say(
      `A registered system lets ${name} be asked twice as often, and is needed for webhooks.`,
      `Register one, free of charge: ${REGISTRATION}`,
    )
    for (;;) {
      const has = await hasSystem(context, fields)
      const question = has ? 'Give another name and key of it' : 'Give its name and key now'
      const wanted = await askYes(prompter, question, false)
      if (wanted === BACK) return 'back'
      if (!wanted) {
        if (!has || (await offerWebhooks(context, prompter)) !== BACK) return 'next'
        continue
      }
      const credentials = await askFields(prompter, fields)
      if (credentials === BACK) continue
      try {
        await editConnection(context.deciding, leftId, { credentials })
        prompter.say('It works, and is kept.')
        if ((await offerWebhooks(context, prompter)) !== BACK) return 'next'
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        prompter.say(error.message, ...error.hints.map(asTyped))
      }
    }
  },
}

async function hasSystem(context: SetupContext, fields: readonly CredentialField[]): Promise<boolean> {
  const row = await connectionById(context.session.db, (await context.route()).leftId)
  const known = openCredentials(row, await context.session.secretKey())
  return fields.every(({ name }) => known[name] !== undefined)
}

/** What its service takes beside the key. */
async function systemFields({
  session,
  deciding,
  ...context
}: SetupContext): Promise<readonly CredentialField[]> {
  const { provider } = await connectionById(session.db, (await context.route()).leftId)
  return providerOf(deciding.deps, provider).credentialFields.filter(({ required }) => !required)
}

async function askFields(
  prompter: Prompter,
  fields: readonly CredentialField[],
): Promise<Readonly<Record<string, string>> | Back> {
  const given: Record<string, string> = {}
  for (const { name, label, secret } of fields) {
    const answer = secret ? await prompter.askSecret(label) : await prompter.ask(label, '')
    if (answer === BACK) return BACK
    if (answer !== '') given[name] = answer
  }
  return given
}
