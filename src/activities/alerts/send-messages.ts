import { msBetween } from '../../core/db-time.ts'
import { type ClaimedMessage, claimMessage, closeMessage, putOff } from '../../store/alert-messages.ts'
import { clockNow } from '../../store/clock.ts'
import { waysOf } from './look-for-trouble.ts'
import { outgoing } from './outgoing.ts'
import { sendEmail } from './send-email.ts'
import { sendWebhook } from './send-webhook.ts'
import type { Sent } from './sending.ts'
import type { WatchDeps } from './watch-deps.ts'

/** Longest attempt; the claim outlasts it, so that two are never under way. */
const ATTEMPT_MS = 60_000
const LEASE_MS = ATTEMPT_MS + 30_000
const FIRST_PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 60 * 60_000
/** After a day a message is no news. */
const GIVE_UP_MS = 24 * 60 * 60_000
/** A mail whose answer was lost is sent once more: rather twice than never, but not for a day. */
const MOST_DOUBTS = 2

/** Sends what waits, one after another. Safe to run several times at once: each message is claimed first. */
export async function sendMessages(deps: WatchDeps, signal: AbortSignal): Promise<void> {
  const ways = waysOf(deps)
  while (!signal.aborted) {
    const message = await claimMessage(deps.db, ways, LEASE_MS)
    if (message === undefined) return
    await note(deps, message, await attempt(deps, message, signal))
  }
}

async function attempt(
  { alerting: { email, webhook, publicUrl } }: WatchDeps,
  message: ClaimedMessage,
  stop: AbortSignal,
): Promise<Sent> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(ATTEMPT_MS)])
  if (isDoubtful(message))
    return { kind: 'unsure', why: 'It may have arrived twice already', todo: 'See whether it has.' }
  const given = outgoing(message, publicUrl)
  switch (message.way) {
    case 'email':
      return email === null ? noWay() : sendEmail(email, given, signal)
    case 'webhook':
      return webhook === null ? noWay() : sendWebhook(webhook, given, signal)
  }
}

/** Whoever receives a POST knows it again by its id; whoever reads mail sees each one. */
function isDoubtful({ way, doubts }: Pick<ClaimedMessage, 'way' | 'doubts'>): boolean {
  return way === 'email' && doubts >= MOST_DOUBTS
}

function noWay(): Sent {
  return { kind: 'refused', why: 'This way is not configured any more', todo: 'Nothing to do.' }
}

async function note({ db, log }: WatchDeps, message: ClaimedMessage, sent: Sent): Promise<void> {
  const { id, way, attempts } = message
  if (sent.kind === 'sent') {
    await closeMessage(db, message, { outcome: 'sent', error: sent.note })
    log.info({ message: id, way }, 'an alert was sent')
    return
  }
  const arrived = sent.kind === 'unsure'
  log.warn({ message: id, way, attempts, arrived, todo: sent.todo }, sent.why)
  if (arrived && isDoubtful({ way, doubts: message.doubts + 1 })) {
    await closeMessage(db, message, { outcome: 'unsure', error: sent.why })
    return
  }
  if (msBetween(message.madeAt, await clockNow(db)) >= GIVE_UP_MS) {
    await closeMessage(db, message, { outcome: 'given-up', error: sent.why })
    return
  }
  const ms = sent.waitMs ?? Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS)
  await putOff(db, message, { ms, arrived, error: sent.why })
}
