import { previewed } from '../begin.ts'
import { askYes, BACK, WizardLeft } from '../prompter.ts'
import type { Step } from '../step.ts'

/** What the first sync would write, and the last question. */
export const confirmStep: Step = {
  name: 'confirm',
  applies: async () => true,
  async run(context, prompter) {
    prompter.say('', 'Looking at both accounts again, with what you have said.')
    await context.link.lookAgain()
    const { lines } = await previewed(context)
    prompter.say('', ...lines, '')
    const yes = await askYes(prompter, 'Begin the first sync now', false)
    if (yes === BACK) return 'back'
    if (!yes) throw new WizardLeft()
    return 'next'
  },
}
