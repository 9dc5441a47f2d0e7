import type { Trying } from '../../activities/manage/managing.ts'
import { registerWebhooks, removeAllWebhooks } from '../../activities/manage/webhooks.ts'
import { SIDES } from '../../core/policy.ts'
import { connectionById } from '../../store/connections.ts'
import type { Deciding } from '../deciding.ts'
import { registeredLines, removedLines } from '../webhook-lines.ts'
import type { SaidSetup } from './setup-file.ts'
import type { ToSetUp } from './sides.ts'

/**
 * Has deliveries taken and their webhooks registered, or neither any more, as the file says of each account; gives what was done,
 * or on trial would be. May be repeated. Throws UserError for what is missing, ProviderError where the service refuses.
 */
export async function webhooksAsSaid(
  deciding: Deciding,
  said: Pick<SaidSetup, 'left' | 'right'>,
  rows: Pick<ToSetUp, 'left' | 'right'>,
  { dryRun }: Trying,
): Promise<string[]> {
  const lines: string[] = []
  for (const side of SIDES) {
    const account = said[side]
    if (typeof account !== 'object' || account.webhooks === undefined) continue
    const { name, webhooks } = await connectionById(deciding.deps.db, rows[side].id)
    if (account.webhooks) lines.push(...(await registered(deciding, name, { dryRun })))
    else if (webhooks) lines.push(...(await removed(deciding, name, { dryRun })))
  }
  return lines
}

async function registered(deciding: Deciding, name: string, { dryRun }: Trying): Promise<string[]> {
  const { publicUrl } = deciding.deps
  const all = await registerWebhooks(deciding, name, { dryRun, switchOn: true })
  return all.flatMap((one) => {
    if ('error' in one) throw one.error
    return registeredLines(one.account, one.done, { publicUrl, fields: true })
  })
}

async function removed(deciding: Deciding, name: string, { dryRun }: Trying): Promise<string[]> {
  const all = await removeAllWebhooks(deciding, name, { dryRun })
  return all.flatMap((one) => {
    if ('error' in one) throw one.error
    return removedLines(one.account, one.done)
  })
}
