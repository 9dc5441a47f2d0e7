import { connectionNamed } from '../../activities/connect.ts'
import { nameTaken } from '../../activities/connect-refusals.ts'
import { addConnection } from '../../activities/manage/connections.ts'
import { readConfig } from '../../config/parse.ts'
import type { Credentials, Provider } from '../../providers/contract.ts'
import { allConnections, openCredentials } from '../../store/connections.ts'
import type { Answer } from '../answer.ts'
import { askFor } from '../ask.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { canAsk, tell } from '../output.ts'
import { accessBySignIn, keepNewAccess, signInLines } from '../sign-in/access-by-sign-in.ts'
import { appMissing, noSignIn } from '../sign-in/refusals.ts'
import type { OAuthApp } from '../sign-in/sign-in.ts'
import { consoleLines, todoistConsoleFields, webhookFieldsAlone } from '../todoist-console.ts'

export type SignInFlags = {
  readonly oauth?: boolean
  /** Has the browser come back to this machine, also where PUBLIC_URL is set. */
  readonly callbackPort?: number
  readonly timeout?: number
}

/** What the environment gives, and how a person is shown the page. */
export type SignInSurroundings = {
  readonly app: Partial<OAuthApp>
  readonly webhooks: boolean
  readonly show: (page: string, redirectUri: string) => void
}

const POLL_SECONDS = 30

/** By the environment of this process. */
export function signInSurroundings(): SignInSurroundings {
  const config = readConfig({ env: process.env, cwd: process.cwd() })
  const { TODOIST_CLIENT_ID: clientId, TODOIST_CLIENT_SECRET: clientSecret } = config
  return {
    app: {
      ...(clientId === undefined ? {} : { clientId }),
      ...(clientSecret === undefined ? {} : { clientSecret }),
    },
    webhooks: config.TODOIST_USE_WEBHOOKS,
    show: (page, redirectUri) => tell(...signInLines(page, redirectUri)),
  }
}

/** Connects an account by a sign-in on its service's own page. Throws UserError; nothing is stored then. */
export async function addBySignIn(
  deciding: Deciding,
  name: string,
  flags: SignInFlags & { readonly provider: string; readonly url?: string; readonly poll?: number },
  surroundings: SignInSurroundings,
): Promise<Answer> {
  const { deps } = deciding
  const provider = deps.providers.get(flags.provider)
  if (provider?.signIn === undefined) throw noSignIn(provider?.name ?? flags.provider)
  // Before a person goes to the trouble.
  if ((await allConnections(deps.db)).some((one) => one.name === name)) throw nameTaken(name)
  const baseUrl = flags.url ?? provider.defaultBaseUrl ?? ''
  const credentials = await signedIn(deciding, { provider, baseUrl, known: {} }, flags, surroundings)
  const { connection, back, told } = await addConnection(deciding, {
    name,
    provider: flags.provider,
    baseUrl,
    credentials,
    pollSeconds: flags.poll ?? POLL_SECONDS,
    webhooks: surroundings.webhooks,
  })
  return {
    json: { connection: name, provider: connection.provider, back },
    lines: [
      back
        ? `${name} is connected again, and goes on where it was.`
        : `${name} is connected: ${connection.provider}.`,
      ...webhookLines(name, surroundings.webhooks, deps.publicUrl),
      `Next: ${quoted('route add')} keeps it in step with another connection.`,
    ],
    outcome: told,
  }
}

/** Gives a connection new access by a sign-in; it must be the same account. Throws UserError; nothing is stored then. */
export async function editBySignIn(
  deciding: Deciding,
  name: string,
  flags: SignInFlags,
  surroundings: SignInSurroundings,
): Promise<Answer> {
  const { deps } = deciding
  const row = await connectionNamed(deps, name)
  const provider = deps.providers.get(row.provider)
  if (provider?.signIn === undefined) throw noSignIn(provider?.name ?? row.provider)
  const known = openCredentials(row, await deciding.secretKey())
  const credentials = await signedIn(deciding, { provider, baseUrl: row.baseUrl, known }, flags, surroundings)
  const { connection, told } = await keepNewAccess(deciding, row.id, credentials)
  return {
    json: { connection: connection.name, state: connection.state },
    lines: [
      `${connection.name} has new access, and it works.`,
      ...webhookLines(name, row.webhooks, deps.publicUrl),
    ],
    outcome: told,
  }
}

async function signedIn(
  deciding: Deciding,
  {
    provider,
    baseUrl,
    known,
  }: { readonly provider: Provider; readonly baseUrl: string; readonly known: Credentials },
  { callbackPort, timeout }: SignInFlags,
  { app: given, show }: SignInSurroundings,
): Promise<Credentials> {
  const app = await appFor(provider, given, known, deciding.signal)
  return accessBySignIn(deciding, {
    provider,
    baseUrl,
    app,
    show,
    ...(callbackPort === undefined ? {} : { callbackPort }),
    ...(timeout === undefined ? {} : { timeout }),
  })
}

/** The app of the environment, else the one that the connection signed in by, else one that is asked for at the terminal. */
async function appFor(
  { name }: Provider,
  given: Partial<OAuthApp>,
  known: Credentials,
  signal: AbortSignal,
): Promise<OAuthApp> {
  const clientId =
    given.clientId ?? known.clientId ?? (await asked(`Client id of your app at ${name}`, false, signal))
  const clientSecret =
    given.clientSecret ??
    known.clientSecret ??
    (await asked(`Client secret of your app at ${name}`, true, signal))
  return { clientId, clientSecret }
}

async function asked(label: string, hidden: boolean, signal: AbortSignal): Promise<string> {
  const answer = canAsk() ? await askFor(`${label} `, { hidden, signal }) : ''
  if (answer === '') throw appMissing()
  return answer
}

function webhookLines(name: string, on: boolean, publicUrl: string | undefined): string[] {
  return on
    ? [
        ...consoleLines(webhookFieldsAlone(todoistConsoleFields({ publicUrl }))),
        `To see that deliveries come: ${quoted(`webhooks test ${name}`)}.`,
      ]
    : [`For deliveries of its changes at once: ${quoted(`webhooks register ${name}`)}.`]
}
