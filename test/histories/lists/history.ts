import type { Findings } from '../services/case.ts'
import { keptIn } from '../services/record.ts'
import type { Side } from '../services/sides.ts'
import type { Lab } from './lab.ts'
import { judge } from './oracle.ts'
import { play } from './run.ts'
import type { Script } from './script.ts'
import type { Reading } from './values.ts'

/** `failures`: sentences, one for each broken rule; none in a history that is as it should be. */
export type Outcome = Findings & { readonly failures: readonly string[]; readonly story: readonly string[] }

/** Plays one history and judges what is left of it. */
export async function runScript(lab: Lab, script: Script): Promise<Outcome> {
  const { doings, timeline, story, broke } = await play(lab, script)
  const reading = (side: Side): Reading => ({
    place: (id) => Object.entries(lab.places(side)).find(([, each]) => each === id)?.[0] ?? id ?? null,
    token: (id) => timeline.tokenOf(side, id),
  })
  const findings = judge({
    pair: lab.pair,
    policy: script.policy,
    doings,
    timeline,
    exchanges: lab.journal.exchanges,
    kept: await keptIn(lab.db),
    readings: { left: reading('left'), right: reading('right') },
  })
  const { lost, doubled, unsettled } = findings
  const failures = [...(broke === null ? [] : [broke]), ...lost, ...doubled, ...unsettled]
  return { ...findings, failures, story }
}
