import type { SoakOptions } from './options.ts'
import { NOTHING, plus, type Totals } from './progress.ts'
import { keepEvidence, storyOf } from './real/evidence.ts'
import { passTenMinutes, runTimeline } from './real/history.ts'
import { TOKENS } from './real/own.ts'
import { openStand, type Stand } from './real/stand.ts'
import { timelineOf } from './real/timeline.ts'

/** A stand is kept for so many histories: a child that dies again and again is restarted later each time. */
const PER_STAND = 15

/**
 * Plays histories over the whole product, on `stands` of it at once, each of which plays one after another. Rejects with
 * the reason of `signal`, or when a stand cannot be started; nothing is left running either way.
 */
export async function playReal(
  { real, seed, stands, story }: Pick<SoakOptions, 'real' | 'seed' | 'stands' | 'story'>,
  signal: AbortSignal,
  tell: (line: string) => void,
): Promise<Totals> {
  const failed = new AbortController()
  const either = AbortSignal.any([signal, failed.signal])
  let totals = NOTHING
  let next = seed
  const lane = async () => {
    let stand: Stand | undefined
    let played = 0
    try {
      while (next < seed + real) {
        const mine = next
        next += 1
        stand ??= await openStand(mine, either)
        played += 1
        const began = performance.now()
        const timeline = timelineOf(mine, played * TOKENS)
        const outcome = await runTimeline(stand, timeline, either)
        const { lost, doubled, unsettled, windows, asked, failures } = outcome
        const failure = failures.length === 0 ? null : await keepEvidence(stand, timeline, outcome)
        totals = plus(totals, {
          seed: mine,
          lost: lost.length,
          doubled: doubled.length,
          unsettled: unsettled.length,
          windows,
          asked,
          failure,
        })
        const seconds = ((performance.now() - began) / 1000).toFixed(1)
        tell(
          `seed ${mine}: ${seconds} s, killed: ${outcome.played.kills.join(', ') || 'nothing'}${failure === null ? '' : ', FAILED'}`,
        )
        if (failure !== null) tell(failure)
        else if (story) for (const line of storyOf(stand, outcome)) tell(`  ${line}`)
        if (failure === null && played < PER_STAND) await passTenMinutes(stand)
        else {
          await stand.close()
          stand = undefined
          played = 0
        }
      }
    } finally {
      await stand?.close()
    }
  }
  const lanes = Array.from({ length: Math.min(stands, real) }, () =>
    lane().catch((error: unknown) => {
      failed.abort(error)
      throw error
    }),
  )
  // All of them have cleared away before anybody hears of the first that failed.
  const ends = await Promise.allSettled(lanes)
  for (const end of ends) if (end.status === 'rejected') throw failed.signal.reason
  return totals
}
