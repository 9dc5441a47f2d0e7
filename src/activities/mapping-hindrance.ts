import type { ConnectionState } from '../store/connections.ts'
import type { Mapping } from '../store/mappings.ts'
import type { RouteState } from '../store/routes.ts'

type Around = {
  readonly route: RouteState
  /** The two connections of its route. */
  readonly connections: readonly { readonly name: string; readonly state: ConnectionState }[]
  readonly waiting: number
  readonly failed: number
}

/** What keeps a mapping from being in step, beside a list that is lost; nothing of a task is told. One sentence each. */
export function hindrances(around: Around): string[] {
  return [
    ...around.connections.flatMap(({ name, state }) =>
      state === 'ok' ? [] : [`${name} ${ACCOUNT[state]}.`],
    ),
    ...(around.route === 'active' ? [] : [ROUTE[around.route]]),
    ...(around.waiting === 0 ? [] : [`${tasks(around.waiting)} for you to decide.`]),
    ...(around.failed === 0
      ? []
      : [`${around.failed === 1 ? '1 task has' : `${around.failed} tasks have`} failed.`]),
  ]
}

/** The same of a list that is lost. */
export function lostList({ broken }: Pick<Mapping, 'broken'>): string[] {
  if (broken === null) return []
  const what = broken.state === 'gone' ? 'deleted' : 'archived'
  return [`The list on the ${broken.side} was ${what}, and its tasks are let go.`]
}

const ACCOUNT = {
  'auth-failed': 'refuses its key',
  unreachable: 'does not answer',
  paused: 'is paused',
} as const satisfies Record<Exclude<ConnectionState, 'ok'>, string>

const ROUTE = {
  draft: 'Its route has not been started.',
  matching: 'What is in both lists is being matched.',
  paused: 'Its route is paused.',
  stopped: 'Its route is stopped, as too many tasks would have ended at once.',
} as const satisfies Record<Exclude<RouteState, 'active'>, string>

function tasks(count: number): string {
  return count === 1 ? '1 task waits' : `${count} tasks wait`
}
