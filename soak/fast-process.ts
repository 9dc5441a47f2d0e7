import { explain } from '../test/histories/services/explain.ts'
import { scriptOf } from '../test/histories/services/generate.ts'
import { runScript } from '../test/histories/services/history.ts'
import { type Lab, openLab } from '../test/histories/services/lab.ts'
import type { Share, Told } from './progress.ts'

/** A connection to Postgres is kept for so many histories; the driver would end it at a time of its own. */
const PER_LAB = 1_000
/** After so many failures of one kind the rest would say the same. */
const MOST_EXPLAINED = 5

/** Plays its share of the seeds, one after another, and tells its parent of each. */
async function main({ url, seed, end, step }: Share): Promise<void> {
  let lab: Lab | null = null
  let explained = 0
  for (let at = seed, n = 0; at < end; at += step, n += 1) {
    if (lab === null || n % PER_LAB === 0) {
      await lab?.[Symbol.asyncDispose]()
      lab = await openLab(url)
    }
    const script = scriptOf(at)
    const play = (one: typeof script) => runScript(lab as Lab, one)
    const outcome = await play(script)
    const failed = outcome.failures.length > 0
    explained += failed ? 1 : 0
    const failure = !failed
      ? null
      : explained > MOST_EXPLAINED
        ? `seed ${at}: ${outcome.failures.join('; ')}`
        : await explain('services', script, outcome, play)
    await tell({
      seed: at,
      lost: outcome.lost.length,
      doubled: outcome.doubled.length,
      unsettled: outcome.failures.length - outcome.lost.length - outcome.doubled.length,
      windows: outcome.windows,
      asked: outcome.asked,
      failure,
    })
  }
  await lab?.[Symbol.asyncDispose]()
  process.disconnect()
}

function tell(told: Told): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(told, undefined, undefined, (error) => (error === null ? resolve() : reject(error)))
  })
}

process.once('message', (share: Share) => {
  main(share).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
    process.exit(1)
  })
})
// Whoever started it is gone: nobody reads what it would find.
process.once('disconnect', () => process.exit(process.exitCode ?? 0))
