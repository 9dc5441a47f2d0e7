import { msBetween } from '../../core/db-time.ts'
import type { Side } from '../../core/policy.ts'
import { CONNECTION_STATES } from '../../store/connections.ts'
import { LATENCY_BOUNDS, type OpTally } from '../../store/op-tally.ts'
import { ROUTE_STATES } from '../../store/routes.ts'
import type { Backlog } from '../temporal-link.ts'
import type { Family, Labels } from './exposition.ts'
import type { Measures, RecordMeasures } from './sources.ts'

type Sample = { readonly labels: Labels; readonly value: number }

/** What this process alone knows: since it started. */
export type OwnMeasures = {
  readonly refusedDeliveries: Readonly<Record<string, number>>
  readonly refusedLogins: number
}

/** Everything that `/metrics` tells. A part that does not answer has no series, and `dealbridge_up` says so. */
export function familiesOf({ record, backlogs }: Measures, own: OwnMeasures): Family[] {
  return [
    gauge('dealbridge_up', 'Whether a part answers: 1, or 0.', [
      { labels: { part: 'postgres' }, value: record === null ? 0 : 1 },
      { labels: { part: 'temporal' }, value: backlogs === null ? 0 : 1 },
    ]),
    ...(record === null ? [] : ofRecord(record)),
    ...(backlogs === null ? [] : ofQueues(backlogs)),
    counter(
      'dealbridge_deliveries_refused_total',
      'Webhook deliveries that this process refused for their signature.',
      Object.entries(own.refusedDeliveries).map(([provider, value]) => ({ labels: { provider }, value })),
    ),
    counter('dealbridge_logins_refused_total', 'Wrong bearer tokens that this process was given.', [
      { labels: {}, value: own.refusedLogins },
    ]),
    ...ofProcess(),
  ]
}

function ofRecord({ now, ops, routes, connections, quotas, cursors, deliveries }: RecordMeasures): Family[] {
  const perRoute = (name: string, help: string, value: (route: RecordMeasures['routes'][number]) => number) =>
    gauge(
      name,
      help,
      routes.map((route) => ({ labels: { route: route.route }, value: value(route) })),
    )
  return [
    {
      name: 'dealbridge_change_latency_seconds',
      help: 'From when a user’s change was first heard of to the confirmed write on the other side.',
      type: 'histogram',
      bounds: LATENCY_BOUNDS,
      samples: latencies(ops),
    },
    counter('dealbridge_ops_total', 'Writes that ended, by what became of them.', outcomes(ops)),
    perRoute('dealbridge_pairs', 'Tasks that a route keeps in step.', ({ pairs }) => pairs),
    perRoute('dealbridge_pairs_pending', 'What a route has still to settle.', ({ pending }) => pending),
    perRoute('dealbridge_pairs_waiting', 'Tasks that wait for a person.', ({ waiting }) => waiting),
    perRoute(
      'dealbridge_pairs_failed',
      'Tasks of which a service refused a write for good.',
      ({ failed }) => failed,
    ),
    gauge(
      'dealbridge_route_state',
      'The state of a route: 1 for the one it is in.',
      routes.flatMap(({ route, state }) => stateOf({ route }, ROUTE_STATES, state)),
    ),
    gauge(
      'dealbridge_connection_state',
      'The state of a connection: 1 for the one it is in.',
      connections.flatMap(({ connection, provider, state }) =>
        stateOf({ connection, provider }, CONNECTION_STATES, state),
      ),
    ),
    gauge(
      'dealbridge_last_pull_age_seconds',
      'How long ago a connection was last looked at.',
      connections.flatMap(({ connection, lastPullAt }) =>
        lastPullAt === null ? [] : { labels: { connection }, value: msBetween(lastPullAt, now) / 1_000 },
      ),
    ),
    gauge(
      'dealbridge_last_complete_pull_age_seconds',
      'How long ago all of a connection was last looked at.',
      connections.flatMap(({ connection, lag }) =>
        lag === null ? [] : { labels: { connection }, value: lag },
      ),
    ),
    gauge(
      'dealbridge_cursor_age_seconds',
      'How old the cursor of a stream is: what changed since is not known.',
      cursors.map(({ connection, stream, seconds }) => ({ labels: { connection, stream }, value: seconds })),
    ),
    gauge(
      'dealbridge_quota_left',
      'Requests that may be sent to a service at once now.',
      quotas.map(({ connection, context, left }) => ({ labels: { connection, context }, value: left })),
    ),
    gauge(
      'dealbridge_quota_limit',
      'Requests that a service allows in its window.',
      quotas.map(({ connection, context, limit }) => ({ labels: { connection, context }, value: limit })),
    ),
    counter(
      'dealbridge_requests_total',
      'Requests to a service.',
      quotas.flatMap(({ connection, context, taken, written }) => [
        { labels: { connection, context, kind: 'read' }, value: taken - written },
        { labels: { connection, context, kind: 'write' }, value: written },
      ]),
    ),
    gauge(
      'dealbridge_deliveries_waiting',
      'Webhook deliveries that no pull has taken in.',
      deliveries.map(({ connection, count }) => ({ labels: { connection }, value: count })),
    ),
    gauge(
      'dealbridge_deliveries_oldest_seconds',
      'Age of the oldest of them; 0 for none.',
      deliveries.map(({ connection, oldest }) => ({ labels: { connection }, value: oldest })),
    ),
  ]
}

function ofQueues(backlogs: readonly Backlog[]): Family[] {
  return [
    gauge(
      'dealbridge_task_queue_backlog',
      'Tasks that wait for a worker, as Temporal estimates.',
      backlogs.map(({ queue, kind, count }) => ({ labels: { queue, kind }, value: count })),
    ),
    gauge(
      'dealbridge_task_queue_backlog_age_seconds',
      'How long the oldest of them has waited to be started.',
      backlogs.map(({ queue, kind, ageSeconds }) => ({ labels: { queue, kind }, value: ageSeconds })),
    ),
  ]
}

function ofProcess(): Family[] {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const one = (value: number): Sample[] => [{ labels: {}, value }]
  return [
    gauge('process_resident_memory_bytes', 'Memory of this process.', one(rss)),
    gauge('nodejs_heap_size_used_bytes', 'Of that, what its program holds.', one(heapUsed)),
    counter('process_cpu_seconds_total', 'Processor time of this process.', one((user + system) / 1_000_000)),
    gauge(
      'process_start_time_seconds',
      'When this process started.',
      one(Math.round(Date.now() / 1_000 - process.uptime())),
    ),
  ]
}

/** A user's change goes to the side that is written. */
export function directionTo(side: Side): 'toLeft' | 'toRight' {
  return side === 'left' ? 'toLeft' : 'toRight'
}

function latencies(ops: readonly OpTally[]) {
  const series = new Map<string, { labels: Labels; counts: number[]; sum: number }>()
  for (const { route, side, bucket, count, seconds } of ops) {
    if (bucket === null) continue
    const labels = { route, direction: directionTo(side) }
    const key = JSON.stringify(labels)
    const known = series.get(key) ?? {
      labels,
      counts: Array.from({ length: LATENCY_BOUNDS.length + 1 }, () => 0),
      sum: 0,
    }
    known.counts[bucket] = (known.counts[bucket] ?? 0) + count
    known.sum += seconds
    series.set(key, known)
  }
  return [...series.values()]
}

function outcomes(ops: readonly OpTally[]): Sample[] {
  const series = new Map<string, Sample>()
  for (const { route, side, subject, verb, status, count } of ops) {
    const of = subject === 'pair' ? 'task' : 'container'
    const labels = { route, direction: directionTo(side), of, verb, outcome: status }
    const key = JSON.stringify(labels)
    series.set(key, { labels, value: (series.get(key)?.value ?? 0) + count })
  }
  return [...series.values()]
}

function stateOf(labels: Labels, states: readonly string[], now: string): Sample[] {
  return states.map((state) => ({ labels: { ...labels, state }, value: state === now ? 1 : 0 }))
}

function gauge(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples }
}

function counter(name: string, help: string, samples: readonly Sample[]): Family {
  return { name, help, type: 'counter', samples }
}
