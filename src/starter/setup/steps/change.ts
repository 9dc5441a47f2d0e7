import { changeRoute } from '../../../activities/manage/routes.ts'
import type { PolicyChange } from '../../../activities/policy-change.ts'
import { UserError } from '../../../config/errors.ts'
import { asTyped } from '../../command-name.ts'
import type { SetupContext } from '../context.ts'
import type { Prompter } from '../prompter.ts'

/** Keeps an answer in the draft. False where it does not go, and the person was told why. */
export async function keep(
  context: SetupContext,
  prompter: Prompter,
  change: PolicyChange,
): Promise<boolean> {
  try {
    await changeRoute(context.deciding, await context.route(), change, { dryRun: false })
    return true
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    prompter.say(error.message, ...error.hints.map(asTyped))
    return false
  }
}
