import { dealFieldsOf } from '../../../activities/manage/routes.ts'
import { DEAL_FACTS } from '../../../core/deal-field-proposal.ts'
import { shorten } from '../../task-words.ts'
import { BACK } from '../prompter.ts'
import type { Step } from '../step.ts'
import { keep } from './change.ts'

/** Which of the CRM's own fields hold what of a deal's property. */
export const fieldsStep: Step = {
  name: 'fields',
  applies: async (context) => (await context.route()).policy.deals !== undefined,
  async run(context, prompter) {
    const found = await dealFieldsOf(context.deciding, await context.route())
    if (found.fields.length === 0) return 'next'
    const labels = new Map(found.fields.map(({ name, label }) => [name, label]))
    prompter.say(
      'Fields of deals in the CRM:',
      ...found.fields.map(({ name, label }) => {
        const [sample] = found.samples[name] ?? []
        return `  ${label}${sample === undefined ? '' : `, e.g. “${shorten(sample)}”`}`
      }),
    )
    for (;;) {
      const chosen = (await context.route()).policy.deals?.fields
      prompter.say(
        'What is taken from them:',
        ...DEAL_FACTS.map((fact) => {
          const name = chosen?.[fact] ?? null
          return `  ${fact}: ${name === null ? 'nothing' : (labels.get(name) ?? name)}`
        }),
      )
      const answer = await prompter.ask(
        'To change one, e.g. city=Property City or zip=none; ok when right',
        'ok',
      )
      if (answer === BACK) return 'back'
      if (/^ok$/iu.test(answer)) return 'next'
      const [what = '', field = ''] = answer.split('=').map((part) => part.trim())
      const fact = DEAL_FACTS.find((one) => one === what)
      if (fact === undefined || field === '') prompter.say(`There are ${DEAL_FACTS.join(', ')}.`)
      else
        await keep(context, prompter, {
          deals: { dealFields: { [fact]: /^none$/iu.test(field) ? null : field } },
        })
    }
  },
}
