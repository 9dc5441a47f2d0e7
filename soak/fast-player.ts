import * as lists from '../test/histories/lists/player.ts'
import * as services from '../test/histories/services/player.ts'
import { type FastPair, SIMULATED } from './progress.ts'

/** Histories of one kind, in this process. `url`: of a database that is empty, or that a player of the same kind has used. */
export function openPlayer(pair: FastPair, url: string): Promise<services.Player> {
  return pair === SIMULATED ? services.openPlayer(url) : lists.openPlayer(pair, url)
}
