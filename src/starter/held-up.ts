import type { ConnectionStatus, RouteStatus } from '../store/status.ts'
import { quoted } from './command-name.ts'

/** What keeps a route or an account from working, and what makes it go on. `byPerson`: nothing but a person's word. */
export type HoldUp = { readonly words: string; readonly way: string; readonly byPerson: boolean }

type Work = {
  readonly routes: readonly Pick<RouteStatus, 'route' | 'state'>[]
  readonly connections: readonly Pick<ConnectionStatus, 'connection' | 'state'>[]
}

/** Everything that holds the work up now; what waits for a person about single tasks is not among it. */
export function heldUp({ routes, connections }: Work): HoldUp[] {
  return [
    ...routes.flatMap(({ route, state }): HoldUp[] => {
      const way = routeWay(route, state)
      if (way === null) return []
      const words =
        state === 'draft' ? `the first sync of ${route} is not confirmed` : `route ${route} is ${state}`
      return [{ words, way, byPerson: true }]
    }),
    ...connections.flatMap(({ connection, state }): HoldUp[] => {
      if (state === 'ok') return []
      const words = {
        'auth-failed': `${connection} refuses its key`,
        unreachable: `${connection} does not answer`,
        paused: `${connection} is paused`,
      }
      return [
        { words: words[state], way: connectionWay(connection, state), byPerson: state !== 'unreachable' },
      ]
    }),
  ]
}

/** Waiting would not end by itself: somebody has to correct a key or let a route go on. */
export function hopeless(work: Work): boolean {
  return heldUp(work).some((one) => one.byPerson)
}

/** What lets a route go on, as it can stand in parentheses; null where nothing holds it. */
export function routeWay(route: string, state: RouteStatus['state']): string | null {
  switch (state) {
    case 'paused':
      return `to go on: ${quoted(`route resume ${route}`)}`
    case 'stopped':
      return `${quoted(`route resume ${route}`)} shows what it would end`
    case 'draft':
      return `run ${quoted(`route start ${route}`)}`
    default:
      return null
  }
}

/** What makes a connection go on that is not ok. */
export function connectionWay(connection: string, state: ConnectionStatus['state']): string {
  switch (state) {
    case 'auth-failed':
      return `another one: ${quoted(`connect edit ${connection} --credentials`)}; the same again: ${quoted(`connect retry ${connection}`)}`
    case 'paused':
      return `to go on: ${quoted(`connect retry ${connection}`)}`
    default:
      return 'it is tried again by itself'
  }
}
