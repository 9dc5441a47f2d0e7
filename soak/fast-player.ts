import * as deals from '../test/histories/deals/player.ts'
import * as lists from '../test/histories/lists/player.ts'
import * as services from '../test/histories/services/player.ts'
import { type FastKind, SIMULATED } from './progress.ts'

/** Histories of one kind, in this process. `url`: of a database that is empty, or that a player of the same kind has used. */
export function openPlayer(kind: FastKind, url: string): Promise<services.Player> {
  if (kind === 'deals') return deals.openPlayer(url)
  return kind === SIMULATED ? services.openPlayer(url) : lists.openPlayer(kind, url)
}
