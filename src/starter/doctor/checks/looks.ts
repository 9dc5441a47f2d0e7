import type { Config } from '../../../config/parse.ts'
import { timingOf } from '../../../config/timing.ts'
import { clockNow } from '../../../store/clock.ts'
import { allConnections, type ConnectionRow } from '../../../store/connections.ts'
import { quoted } from '../../command-name.ts'
import { type Finding, findingsOf } from '../finding.ts'
import type { Check } from '../patient.ts'
import { recordOf } from '../record-of.ts'
import { spanWords } from '../words.ts'

const { ok, warning } = findingsOf('looks')
/** A poll may be stretched to four times its interval when the request limit is nearly used up. */
const STRETCH = 4
const GRACE_SECONDS = 60

/** How old what we know of each account is. */
export const checkLooks: Check = async (patient) => {
  const db = await recordOf(patient)
  if (db === null) return []
  const now = Date.parse(await clockNow(db))
  const working = (await allConnections(db)).filter(({ state }) => state === 'ok')
  return working.flatMap((row) => looksOf(row, now, completeEverySeconds(row, patient.config)))
}

/** As describeConnection (activities/connections.ts) has it. */
function completeEverySeconds({ webhooks }: ConnectionRow, config: Config): number {
  const { polled, webhooks: withWebhooks } = timingOf(config).reconcileMs
  return (webhooks ? withWebhooks : polled) / 1_000
}

function looksOf(row: ConnectionRow, now: number, completeEvery: number): Finding[] {
  const { name, pollSeconds, lastPullAt, lastCompleteAt } = row
  const age = (time: string | null) => (time === null ? null : (now - Date.parse(time)) / 1_000)
  const [change, complete] = [age(lastPullAt), age(lastCompleteAt)]
  if (change === null || complete === null)
    return [
      warning(
        name,
        'nobody has looked at all of it yet',
        `A worker does so by itself once a route uses it; now: ${quoted('sync-once')}.`,
      ),
    ]
  const found: Finding[] = []
  if (change > STRETCH * pollSeconds + GRACE_SECONDS)
    found.push(
      warning(
        name,
        `nobody has looked for changes for ${spanWords(change)}, though it is polled every ${spanWords(pollSeconds)}`,
        'See the findings about workers and workflows.',
      ),
    )
  if (complete > 2 * completeEvery + GRACE_SECONDS)
    found.push(
      warning(
        name,
        `the last complete look was ${spanWords(complete)} ago; one is due every ${spanWords(completeEvery)}`,
        `See the findings about workers and workflows; now: ${quoted('sync-once')}.`,
      ),
    )
  return found.length > 0
    ? found
    : [ok(name, `changes ${spanWords(change)} ago, all of it ${spanWords(complete)} ago`)]
}
