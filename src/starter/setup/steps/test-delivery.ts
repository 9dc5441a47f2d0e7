import { askingDeps } from '../../../activities/manage/managing.ts'
import { webhookAccountNamed } from '../../../activities/manage/webhooks.ts'
import { quoted } from '../../command-name.ts'
import type { Deciding } from '../../deciding.ts'
import { awaitingLines, TEST_SECONDS, triedLines, tryDelivery } from '../../delivery-test.ts'
import { askYes, BACK, type Back, type Prompter } from '../prompter.ts'

/** Offers to wait for a delivery, as often as a person likes to try. */
export async function offerTest(
  deciding: Deciding,
  prompter: Prompter,
  name: string,
  timeout = TEST_SECONDS,
): Promise<'done' | Back> {
  const deps = await askingDeps(deciding)
  const account = await webhookAccountNamed(deps, name)
  for (;;) {
    const wanted = await askYes(
      prompter,
      'When the webhook is activated in the console: wait for a delivery now',
      false,
    )
    if (wanted === BACK) return BACK
    if (!wanted) {
      prompter.say(`Later: ${quoted(`webhooks test ${name}`)}.`)
      return 'done'
    }
    prompter.say(...awaitingLines(account, timeout), 'b gives it up.')
    const tried = await prompter.waitFor((given) =>
      tryDelivery(deps, account, timeout, AbortSignal.any([deciding.signal, given])),
    )
    if (tried === BACK) continue
    prompter.say(...triedLines(account, tried, timeout))
    if (tried.came !== null) return 'done'
  }
}
