import { shrink } from './shrink.ts'

type Told = { readonly failures: readonly string[]; readonly story: readonly string[] }
type AnyScript = Parameters<typeof shrink>[0] & { readonly seed: number }

/**
 * A failed history for a person: what is wrong, the shortest list of events that shows it, and its story. `folder`: of
 * this kind of histories, below test/histories.
 */
export async function explain<S extends AnyScript>(
  folder: string,
  script: S,
  found: Told,
  run: (script: S) => Promise<Told>,
): Promise<string> {
  const short = await shrink(script, found.failures, async (one) => (await run(one)).failures)
  const { failures, story } = await run(short)
  return [
    `seed ${script.seed} fails:`,
    ...found.failures.map((one) => `  ${one}`),
    `of its ${script.events.length} events ${short.events.length} are enough for:`,
    ...failures.map((one) => `  ${one}`),
    ...story.map((line) => `    ${line}`),
    `to keep it, add to REGRESSIONS in test/histories/${folder}/regressions.ts:`,
    JSON.stringify(short),
    '',
  ].join('\n')
}
