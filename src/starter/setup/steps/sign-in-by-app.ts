import type { WebhookAccount } from '../../../activities/webhooks/webhook-accounts.ts'
import { UserError } from '../../../config/errors.ts'
import { ProviderError } from '../../../providers/provider-error.ts'
import { connectionById, openCredentials } from '../../../store/connections.ts'
import { describeFailure } from '../../failure.ts'
import { accessBySignIn, keepNewAccess, signInLines } from '../../sign-in/access-by-sign-in.ts'
import type { OAuthApp } from '../../sign-in/sign-in.ts'
import { reachedAt } from '../../why-no-delivery.ts'
import type { SetupContext } from '../context.ts'
import { BACK, type Back, type Prompter } from '../prompter.ts'

/** Has a person sign in by their app and keeps the new access. False where nothing came of it; they were told why. */
export async function signInByApp(
  context: SetupContext,
  prompter: Prompter,
  { row, provider, url }: WebhookAccount,
): Promise<boolean> {
  const { deciding } = context
  const { signal } = deciding
  const app = await askApp(context, prompter, { row, provider })
  if (app === BACK) return false
  if (url !== null && (await reachedAt(url, signal)) !== 'dealbridge')
    prompter.say(
      `From here Dealbridge is not reached at ${url}: the browser cannot come back before the receiver runs and PUBLIC_URL leads to it.`,
    )
  const show = (page: string, redirectUri: string) =>
    prompter.say(...signInLines(page, redirectUri), 'Waiting for you there; b gives it up.')
  try {
    const credentials = await prompter.waitFor((given) =>
      accessBySignIn(
        { ...deciding, signal: AbortSignal.any([signal, given]) },
        { provider, baseUrl: row.baseUrl, app, show },
      ),
    )
    if (credentials === BACK) {
      prompter.say('Given up; nothing is changed.')
      return false
    }
    await keepNewAccess(deciding, row.id, credentials)
    prompter.say(`${row.name} has new access, and it works.`)
    return true
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ProviderError)) throw error
    prompter.say(...describeFailure(error, false).lines)
    return false
  }
}

/** An empty line takes what is known already, of the environment or of a sign-in before. */
async function askApp(
  { config, session }: SetupContext,
  prompter: Prompter,
  { row, provider: { name } }: Pick<WebhookAccount, 'row' | 'provider'>,
): Promise<OAuthApp | Back> {
  const before = openCredentials(await connectionById(session.db, row.id), await session.secretKey())
  const knownId = config.TODOIST_CLIENT_ID ?? before.clientId ?? ''
  const knownSecret = config.TODOIST_CLIENT_SECRET ?? before.clientSecret ?? ''
  for (;;) {
    const clientId = await prompter.ask(`Client id of your app at ${name}`, knownId)
    if (clientId === BACK) return BACK
    const usual = clientId === knownId ? knownSecret : ''
    const question = `Client secret of your app at ${name}${usual === '' ? '' : ', or Enter for the one that is known'}`
    const typed = await prompter.askSecret(question)
    if (typed === BACK) continue
    const clientSecret = typed === '' ? usual : typed
    if (clientId !== '' && clientSecret !== '') return { clientId, clientSecret }
    prompter.say('It takes both; the page of your app in the console shows them. b goes back.')
  }
}
