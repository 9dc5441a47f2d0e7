import { openLab } from '../services/lab.ts'
import type { Player } from '../services/player.ts'
import { playDeals } from './play.ts'

/** Plays histories of deals, one after another, each with so many changes of stages. */
export async function openPlayer(url: string, stageMoves = 100): Promise<Player> {
  const lab = await openLab(url)
  return {
    play: (seed) => playDeals(lab, seed, stageMoves),
    explain: async (seed, { failures, story }) =>
      [`seed ${seed} of deals:`, ...failures, '', ...story].join('\n'),
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}
