import type { Findings } from './case.ts'
import { scriptOf } from './generate.ts'
import type { Lab } from './lab.ts'
import { judge } from './oracle.ts'
import { keptIn } from './record.ts'
import { play } from './run.ts'
import type { Script } from './script.ts'
import { pictureOf } from './users.ts'

/** `failures`: sentences, one for each broken rule; none in a history that is as it should be. */
export type Outcome = Findings & { readonly failures: readonly string[]; readonly story: readonly string[] }

/** Plays one history and judges what is left of it. */
export async function runScript(lab: Lab, script: Script): Promise<Outcome> {
  const { doings, story, broke, general } = await play(lab, script)
  const { exchanges } = lab.journal
  const findings = judge({
    doings,
    exchanges,
    avoid: script.avoid,
    policy: script.policy,
    general,
    picture: await pictureOf(lab.user),
    kept: await keptIn(lab.db),
  })
  const failures = [
    ...(broke === null ? [] : [broke]),
    ...findings.lost,
    ...findings.doubled,
    ...findings.unsettled,
  ]
  return { ...findings, failures, story }
}

export const runSeed = (lab: Lab, seed: number): Promise<Outcome> => runScript(lab, scriptOf(seed))
