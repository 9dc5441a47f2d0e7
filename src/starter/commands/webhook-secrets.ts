import { askingDeps } from '../../activities/manage/managing.ts'
import { webhookAccountNamed } from '../../activities/manage/webhooks.ts'
import { FORMER_SECRET_MS } from '../../activities/webhooks/former-secret.ts'
import { rotateSecret } from '../../activities/webhooks/rotate-secret.ts'
import { deliveriesOff } from '../../activities/webhooks/webhook-refusals.ts'
import { formerSecrets } from '../../store/former-secrets.ts'
import type { Answer } from '../answer.ts'
import { quoted } from '../command-name.ts'
import type { Deciding } from '../deciding.ts'
import { awaitingLines, TEST_SECONDS, triedLines, tryDelivery } from '../delivery-test.ts'
import { tell } from '../output.ts'
import { readSecret } from '../secret-input.ts'
import { inZone, shownZone } from '../shown-zone.ts'
import { timeWords } from '../task-words.ts'
import { WEBHOOK_VARIABLES } from '../webhook-variables.ts'

export type RotateFlags = { readonly secret?: string; readonly keep?: number }
export type TestFlags = { readonly timeout?: number }

const HOUR_MS = 60 * 60_000

export async function rotate(deciding: Deciding, name: string, flags: RotateFlags): Promise<Answer> {
  const deps = await askingDeps(deciding)
  const { row, provider, webhooks } = await webhookAccountNamed(deps, name)
  const label =
    webhooks.management === null ? `the client secret of the app at ${provider.name}` : 'the system key'
  const secret = await readSecret(label, flags.secret, deciding.signal)
  const formerMs = flags.keep === undefined ? FORMER_SECRET_MS : flags.keep * HOUR_MS
  const { first, alike } = await rotateSecret(deps, row, { secret, formerMs }, deciding.signal)
  const until =
    (await formerSecrets(deps.db)).find(({ connectionId }) => connectionId === row.id)?.until ?? null
  const zone = await shownZone(deps.db)
  const lines = [
    first ? `${name} has a secret by which deliveries are checked.` : `${name} has another secret.`,
    ...(first
      ? []
      : [
          until === null
            ? 'The one before is not taken any more.'
            : `The one before is taken until ${timeWords(until, zone)}.`,
        ]),
    ...alike.map((other) => `${other} holds the one before too: ${quoted(`webhooks rotate ${other}`)}.`),
    ...envLines(row.provider),
    `To see that deliveries come: ${quoted(`webhooks test ${name}`)}.`,
  ]
  return {
    json: { connection: name, formerSecretUntil: until, alike },
    lines: inZone(lines, zone),
    outcome: 0,
  }
}

function envLines(provider: string): string[] {
  const secrets = WEBHOOK_VARIABLES[provider]?.secrets ?? []
  if (secrets.length === 0) return []
  return [`Where ${secrets.join(' or ')} is set in the environment, put the new one there as well.`]
}

export async function test(deciding: Deciding, name: string, flags: TestFlags): Promise<Answer> {
  const { signal } = deciding
  const deps = await askingDeps(deciding)
  const account = await webhookAccountNamed(deps, name)
  if (!account.row.webhooks) throw deliveriesOff(name)
  const timeout = flags.timeout ?? TEST_SECONDS
  tell(...awaitingLines(account, timeout))
  const tried = await tryDelivery(deps, account, timeout, signal)
  const { came, refused, why } = tried
  return {
    json:
      came === null
        ? { connection: name, came: false, about: null, at: null, refused, why }
        : { connection: name, came: true, about: came.about, at: came.at, refused },
    lines: triedLines(account, tried, timeout),
    outcome: came === null ? 1 : 0,
  }
}
