import type { Trying } from '../../activities/manage/managing.ts'
import { registerWebhooks, removeAllWebhooks } from '../../activities/manage/webhooks.ts'
import { registrable } from '../../activities/webhooks/look-at-webhooks.ts'
import { webhookAccounts } from '../../activities/webhooks/webhook-accounts.ts'
import { SIDES } from '../../core/policy.ts'
import { connectionById } from '../../store/connections.ts'
import type { Deciding } from '../deciding.ts'
import { takeDeliveries } from '../take-deliveries.ts'
import { registeredLines, removedLines } from '../webhook-lines.ts'
import type { SaidSetup } from './setup-file.ts'
import type { ToSetUp } from './sides.ts'

/**
 * Has deliveries taken and their webhooks registered, or neither any more, as the file says of each account; of which it says nothing,
 * as the environment or a person has said before. Gives what was done, or on trial would be. May be repeated. For what the file
 * says, throws UserError for what is missing, ProviderError where the service refuses; else that is told.
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
    const { name, webhooks } = await connectionById(deciding.deps.db, rows[side].id)
    if (typeof account !== 'object' || account.webhooks === undefined)
      lines.push(...(await switchedOnBefore(deciding, rows[side].id, { dryRun })))
    else if (account.webhooks) lines.push(...(await registered(deciding, name, { dryRun })))
    else if (webhooks) lines.push(...(await removed(deciding, name, { dryRun })))
  }
  return lines
}

/**
 * Registers the webhooks of a connection whose deliveries are taken, where its service has it done by a program and PUBLIC_URL says
 * how we are reached. What is refused is told.
 */
export async function switchedOnBefore(
  asking: Pick<Deciding, 'deps' | 'secretKey' | 'signal'>,
  connectionId: string,
  trying: Trying,
): Promise<readonly string[]> {
  const account = (await webhookAccounts(asking.deps)).find(({ row }) => row.id === connectionId)
  if (account === undefined || !account.row.webhooks || registrable(account) === null) return []
  return (await takeDeliveries(asking, account.row, trying)).lines
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
