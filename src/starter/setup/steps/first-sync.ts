import { firstSyncText, readFirstSync } from '../../../core/first-sync.ts'
import { BACK } from '../prompter.ts'
import type { Step } from '../step.ts'
import { keep } from './change.ts'

/** Which of the tasks that are on one side only the first sync lets in. */
export const firstSyncStep: Step = {
  name: 'first-sync',
  applies: async () => true,
  async run(context, prompter) {
    prompter.say(
      'The first sync links what is on both sides. Of tasks that are on one side only, it lets in:',
      '  open         every open one',
      '  dueSince:30  those that are not overdue by more than 30 days (or as many as you say)',
      '  none         none of them; each comes in when it is edited',
    )
    for (;;) {
      const usual = firstSyncText((await context.route()).policy.firstSync)
      const answer = await prompter.ask('Which', usual)
      if (answer === BACK) return 'back'
      const rule = readFirstSync(answer)
      if (rule === null) prompter.say('Answer open, none, or dueSince: and a number of days.')
      else if (answer === usual || (await keep(context, prompter, { firstSync: rule }))) return 'next'
    }
  },
}
