import type { Event, Script } from './script.ts'

/** Most replays that one shrinking may cost. */
const MAX_RUNS = 250

/** The failures of a history, played; none when it is as it should be. */
export type Replay = (script: Script) => Promise<readonly string[]>

/**
 * The shortest history found that still fails in the same way as the given one: events are left out, first many at
 * once, then one by one, and those that stay are made simpler.
 */
export async function shrink(script: Script, failures: readonly string[], replay: Replay): Promise<Script> {
  const wanted = kindsOf(failures)
  let runs = 0
  const fails = async (events: readonly Event[]) => {
    runs += 1
    const found = kindsOf(await replay({ ...script, events }))
    return [...found].some((kind) => wanted.has(kind))
  }
  let events = script.events
  for (let size = Math.ceil(events.length / 2); size >= 1 && runs < MAX_RUNS; ) {
    let smaller = false
    for (let at = 0; at < events.length && runs < MAX_RUNS; ) {
      const rest = [...events.slice(0, at), ...events.slice(at + size)]
      if (rest.length < events.length && (await fails(rest))) {
        events = rest
        smaller = true
      } else at += size
    }
    if (size > 1 || !smaller) size = size > 1 ? Math.ceil(size / 2) : 0
  }
  for (let at = 0; at < events.length && runs < MAX_RUNS; at += 1)
    for (const simpler of simplerThan(events[at] as Event)) {
      const next = events.map((event, n) => (n === at ? simpler : event))
      if (await fails(next)) {
        events = next
        break
      }
    }
  return { ...script, events }
}

/** Failures by their words alone: which task it was, and what it held, differs from one history to the next. */
function kindsOf(failures: readonly string[]): Set<string> {
  return new Set(
    failures.map((one) =>
      (one.split('\n')[0] ?? '')
        .replace(/"[^"]*"/gu, '…')
        .replace(/\b(null|true|false|T\d+|\d+)\b/gu, '…')
        .replace(/\[[^\]]*\]/gu, '…'),
    ),
  )
}

function* simplerThan(event: Event): Generator<Event> {
  if (event.do === 'edit' && event.edits.length > 1)
    for (let n = 0; n < event.edits.length; n += 1) yield { ...event, edits: event.edits.slice(n, n + 1) }
  if (event.do === 'run' && event.steps < 200) yield { ...event, steps: 200 }
  if (event.do === 'pass' && event.ms > 1) yield { ...event, ms: 1 }
  if (event.do === 'fault' && event.times > 1) yield { ...event, times: 1 }
}
