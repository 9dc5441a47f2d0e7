import { proposalFor } from '../../../activities/setup/proposal.ts'
import { chooseLabels, setupOf } from '../../../store/setup.ts'
import type { SetupContext } from '../context.ts'
import { askYes, BACK } from '../prompter.ts'
import type { Step } from '../step.ts'

/** Whether standard labels that the task app lacks are made, with colours. */
export const labelsStep: Step = {
  name: 'labels',
  applies: async (context) => (await labelsToMake(context)).length > 0,
  async run(context, prompter) {
    const { db } = context.session
    const { id } = await context.route()
    prompter.say(
      'Labels that the task app does not have for itself yet, by the types of your tasks and of deals:',
      `  ${(await labelsToMake(context)).join(', ')}`,
      'Made, they have a colour and a place in the sidebar; else they only stand on tasks.',
    )
    const make = await askYes(prompter, 'Make them', (await setupOf(db, id)).makeLabels)
    if (make === BACK) return 'back'
    await chooseLabels(db, id, make)
    return 'next'
  },
}

async function labelsToMake({ session, deciding, ...context }: SetupContext): Promise<string[]> {
  const route = await context.route()
  const { found } = await setupOf(session.db, route.id)
  const { labels } = await proposalFor(session.db, deciding.deps, route, found)
  return labels.flatMap(({ name, make }) => (make ? name : []))
}
