import type { SecretKey } from '../../config/secret-keys.ts'
import type { ConnectionRow } from '../../store/connections.ts'
import type { DueDeal } from '../../store/deal-homes.ts'
import type { RouteRow } from '../../store/routes.ts'
import type { Deps, Waking } from '../deps.ts'

/** 4 when nobody could be told: what stands in the record is done once Temporal and a worker run. */
export type Told = 0 | 4

/** What it takes to change which accounts, routes and lists there are, whoever asks for it: a command or the API. */
export type Managing = {
  readonly deps: Omit<Deps, 'secretKey' | Waking>
  /** Opens what is sealed. Throws UserError (exit code 2) when it is not to be had here. */
  readonly secretKey: () => Promise<SecretKey>
  readonly signal: AbortSignal
  /** Has these connections take up what is due. */
  readonly nudge: (connectionIds: readonly string[]) => Promise<Told>
  /** Has these pairs looked at now. */
  readonly wake: (pairIds: readonly string[]) => Promise<Told>
  /** Has somebody look after new connections, try connections again, or look after them no more. */
  readonly startConnections: (connections: readonly Pick<ConnectionRow, 'id' | 'name'>[]) => Promise<Told>
  readonly retry: (connectionIds: readonly string[]) => Promise<Told>
  readonly stopConnections: (connectionIds: readonly string[]) => Promise<Told>
  /** Has somebody take back what we wrote for a connection that is leaving; it is removed after that. */
  readonly clean: (connection: Pick<ConnectionRow, 'id' | 'name'>) => Promise<Told>
  /** Has the homes of these deals looked at now. */
  readonly wakeDeals: (deals: readonly DueDeal[]) => Promise<Told>
  /** Begins the first sync of a route, or of what is new to it. */
  readonly fill: (route: RouteRow) => Promise<Told>
}

/** `dryRun`: what it would come to, and nothing of it stays. */
export type Trying = { readonly dryRun: boolean }

/** What calls to services need, by somebody who has no tasks to wake. */
export async function askingDeps({ deps, secretKey }: Pick<Managing, 'deps' | 'secretKey'>): Promise<Deps> {
  return {
    ...deps,
    secretKey: await secretKey(),
    wakeTasks: async () => undefined,
    wakeDeals: async () => undefined,
  }
}
