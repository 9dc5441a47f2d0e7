import { ASSIGNEE_SCOPES } from '../../../core/policy.ts'
import { BACK } from '../prompter.ts'
import type { Step } from '../step.ts'
import { keep } from './change.ts'

/** Whose tasks of the CRM take part. Routes for certain agents are made by commands (docs/teams.md). */
export const whoseStep: Step = {
  name: 'whose',
  applies: async (context) => typeof (await context.route()).policy.assignees === 'string',
  async run(context, prompter) {
    for (;;) {
      const { assignees } = (await context.route()).policy
      const usual = typeof assignees === 'string' ? assignees : 'own'
      const answer = await prompter.ask(
        'Whose tasks of the CRM take part: own (the key’s user, and nobody’s) or anyone',
        usual,
      )
      if (answer === BACK) return 'back'
      const scope = ASSIGNEE_SCOPES.find((one) => one === answer)
      if (scope === undefined) prompter.say('Answer own or anyone.')
      else if (scope === usual || (await keep(context, prompter, { assignees: scope }))) return 'next'
    }
  },
}
