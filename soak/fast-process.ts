import type { Player } from '../test/histories/services/player.ts'
import { openPlayer } from './fast-player.ts'
import type { Share, Told } from './progress.ts'

/** A connection to Postgres is kept for so many histories; the driver would end it at a time of its own. */
const PER_PLAYER = 1_000
/** After so many failures of one kind the rest would say the same. */
const MOST_EXPLAINED = 5

/** Plays its share of the seeds, one after another, and tells its parent of each. */
async function main({ kind, url, seed, end, step }: Share): Promise<void> {
  let player: Player | null = null
  let explained = 0
  for (let at = seed, n = 0; at < end; at += step, n += 1) {
    if (player === null || n % PER_PLAYER === 0) {
      await player?.[Symbol.asyncDispose]()
      player = await openPlayer(kind, url)
    }
    const outcome = await player.play(at)
    const failed = outcome.failures.length > 0
    explained += failed ? 1 : 0
    const failure = !failed
      ? null
      : explained > MOST_EXPLAINED
        ? `seed ${at}: ${outcome.failures.join('; ')}`
        : await player.explain(at, outcome)
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
  await player?.[Symbol.asyncDispose]()
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
