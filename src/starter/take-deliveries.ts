import type { Managing, Trying } from '../activities/manage/managing.ts'
import { registerWebhooks } from '../activities/manage/webhooks.ts'
import { UserError } from '../config/errors.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { ConnectionRow } from '../store/connections.ts'
import { setTaken } from '../store/webhooks.ts'
import { quoted } from './command-name.ts'
import { describeFailure } from './failure.ts'
import { registeredLines } from './webhook-lines.ts'

type Asking = Pick<Managing, 'deps' | 'secretKey' | 'signal'>

/** `taken`: they are, and are registered where the service lets us. `lines`: how that ended. */
export type Taken = { readonly taken: boolean; readonly lines: readonly string[] }

/**
 * Has deliveries of a connection taken and registered, on the way of a set-up: what is refused is told, and the set-up goes on.
 * On trial: what would be done.
 */
export async function takeDeliveries(
  asking: Asking,
  { id, name, webhooks: wereTaken }: Pick<ConnectionRow, 'id' | 'name' | 'webhooks'>,
  { dryRun }: Trying,
): Promise<Taken> {
  const { publicUrl, db } = asking.deps
  try {
    const all = await registerWebhooks(asking, name, { dryRun, switchOn: true })
    const lines = all.flatMap((one) => {
      if ('error' in one) throw one.error
      return registeredLines(one.account, one.done, { publicUrl, fields: false })
    })
    return { taken: true, lines }
  } catch (error) {
    if (!(error instanceof UserError || error instanceof ProviderError)) throw error
    // Whoever is believed to deliver is looked at less often.
    if (!wereTaken && !dryRun) await setTaken(db, id, false)
    return {
      taken: false,
      lines: [
        ...describeFailure(error, false).lines,
        `The set-up goes on without; ${quoted(`webhooks register ${name}`)} does it later.`,
      ],
    }
  }
}
