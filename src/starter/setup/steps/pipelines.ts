import type { StageInput } from '../../../config/deal-input.ts'
import { groupBy } from '../../../core/group-by.ts'
import { BACK } from '../prompter.ts'
import type { Step } from '../step.ts'
import { keep } from './change.ts'
import { routeStages, type StageRow } from './route-stages.ts'

/** Which pipelines have projects; the deals of the others lie in General. */
export const pipelinesStep: Step = {
  name: 'pipelines',
  applies: async (context) => pipelinesOf((await routeStages(context)).rows).length > 1,
  async run(context, prompter) {
    const pipelines = pipelinesOf((await routeStages(context)).rows)
    prompter.say(
      'Pipelines of the CRM:',
      ...pipelines.map(
        (rows, at) => `  ${at + 1}  ${rows[0]?.stage.pipelineName ?? ''}: ${rows.length} stages`,
      ),
    )
    for (;;) {
      const usual = pipelines.flatMap((rows, at) => (isOut(rows) ? [] : [at + 1])).join(', ')
      const answer = await prompter.ask(
        'Which have projects for their stages (numbers, all, or none)',
        usual === '' ? 'none' : usual,
      )
      if (answer === BACK) return 'back'
      const chosen = chosenOf(answer, pipelines.length)
      if (chosen === null) {
        prompter.say(`Answer with numbers from 1 to ${pipelines.length}, e.g. 1, 2.`)
        continue
      }
      const stages = pipelines.flatMap((rows, at) => changesOf(rows, chosen.has(at + 1)))
      if (stages.length === 0) return 'next'
      if (await keep(context, prompter, { deals: { stages: Object.fromEntries(stages) } })) return 'next'
    }
  },
}

function pipelinesOf(rows: readonly StageRow[]): (readonly StageRow[])[] {
  return [...groupBy(rows, ({ stage }) => stage.pipeline).values()]
}

const isOut = (rows: readonly StageRow[]): boolean => rows.every(({ home }) => home?.kind === 'none')

/** Only what changes: stages of a pipeline that stays in are as they were. */
function changesOf(rows: readonly StageRow[], wanted: boolean): [string, StageInput][] {
  if (wanted !== isOut(rows)) return []
  return rows.map(({ stage }) => [stage.id, wanted ? 'default' : 'none'])
}

function chosenOf(answer: string, most: number): ReadonlySet<number> | null {
  if (/^all$/iu.test(answer)) return new Set(Array.from({ length: most }, (_, at) => at + 1))
  if (/^none$/iu.test(answer)) return new Set()
  const numbers = answer.split(/[\s,]+/u).map(Number)
  return numbers.every((one) => Number.isInteger(one) && one >= 1 && one <= most) ? new Set(numbers) : null
}
