import type { Findings } from '../../test/histories/services/case.ts'
import { judge } from '../../test/histories/services/oracle.ts'
import { keptIn } from '../../test/histories/services/record.ts'
import { pictureOf } from '../../test/histories/services/users.ts'
import { attemptsOf } from './looks.ts'
import { ownership, ownKept, ownPicture } from './own.ts'
import { type Played, play } from './play.ts'
import type { Stand } from './stand.ts'
import type { Timeline } from './timeline.ts'

/** `failures`: sentences, one for each broken rule. `broke`: it did not even come to rest; then nothing was compared. */
export type Outcome = Findings & { readonly failures: readonly string[]; readonly played: Played }

/** Plays one history and judges what is left of it. */
export async function runTimeline(stand: Stand, timeline: Timeline, signal: AbortSignal): Promise<Outcome> {
  const played = await play(stand, timeline, signal)
  if (played.broke !== null) {
    const findings: Findings = { lost: [], doubled: [], unsettled: [played.broke], windows: 0, asked: 0 }
    return { ...findings, failures: findings.unsettled, played }
  }
  const { journal } = stand
  const isOwn = ownership(timeline.firstToken)
  const findings = judge({
    doings: played.doings,
    exchanges: attemptsOf({
      exchanges: journal.exchanges,
      timeOf: (count) => journal.timeOf(count),
      deaths: played.deaths,
    }),
    avoid: timeline.avoid,
    policy: timeline.policy,
    general: stand.places.general,
    picture: ownPicture(await pictureOf(stand.users), isOwn),
    kept: ownKept(await stand.onRecord(keptIn), isOwn),
  })
  return {
    ...findings,
    failures: [...findings.lost, ...findings.doubled, ...findings.unsettled],
    played,
  }
}

/**
 * Lets ten minutes pass for the stop of mass changes: the few deletions of one history are no mass change, those of many
 * histories within minutes would be.
 */
export async function passTenMinutes(stand: Stand): Promise<void> {
  await stand.onRecord((db) => db`update pair set ended_at = ended_at - interval '11 minutes'`)
}
