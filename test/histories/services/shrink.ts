/** What an event of any kind of history may be. */
type AnyEvent = {
  readonly do: string
  readonly edits?: readonly object[]
  readonly steps?: number
  readonly ms?: number
  readonly times?: number
}
/** A history of some kind: a list of events, some of which can be left out. */
type AnyScript = { readonly events: readonly AnyEvent[] }

/** Most replays that one shrinking may cost. */
const MAX_RUNS = 250

/** The failures of a history, played; none when it is as it should be. */
export type Replay<S> = (script: S) => Promise<readonly string[]>

/**
 * The shortest history found that still fails in the same way as the given one: events are left out, first many at
 * once, then one by one, and those that stay are made simpler.
 */
export async function shrink<S extends AnyScript>(
  script: S,
  failures: readonly string[],
  replay: Replay<S>,
): Promise<S> {
  const wanted = kindsOf(failures)
  let runs = 0
  const fails = async (events: S['events']) => {
    runs += 1
    const found = kindsOf(await replay({ ...script, events }))
    return [...found].some((kind) => wanted.has(kind))
  }
  let events: S['events'] = script.events
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
    for (const simpler of simplerThan(events[at] as AnyEvent)) {
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

function* simplerThan(event: AnyEvent): Generator<AnyEvent> {
  if (event.edits !== undefined && event.edits.length > 1)
    for (let n = 0; n < event.edits.length; n += 1) yield { ...event, edits: event.edits.slice(n, n + 1) }
  if (event.steps !== undefined && event.steps < 200) yield { ...event, steps: 200 }
  if (event.ms !== undefined && event.ms > 1) yield { ...event, ms: 1 }
  if (event.times !== undefined && event.times > 1) yield { ...event, times: 1 }
}
