import { type Outcome, runScript } from './history.ts'
import type { Lab } from './lab.ts'
import type { Script } from './script.ts'
import { shrink } from './shrink.ts'

/** A failed history for a person: what is wrong, the shortest list of events that shows it, and its story. */
export async function explain(lab: Lab, script: Script, found: Outcome): Promise<string> {
  const short = await shrink(script, found.failures, async (one) => (await runScript(lab, one)).failures)
  const { failures, story } = await runScript(lab, short)
  return [
    `seed ${script.seed} fails:`,
    ...found.failures.map((one) => `  ${one}`),
    `of its ${script.events.length} events ${short.events.length} are enough for:`,
    ...failures.map((one) => `  ${one}`),
    ...story.map((line) => `    ${line}`),
    'to keep it, add to REGRESSIONS in test/histories/services/regressions.ts:',
    JSON.stringify(short),
    '',
  ].join('\n')
}
