import { explain } from '../services/explain.ts'
import type { Player } from '../services/player.ts'
import { scriptOf } from './generate.ts'
import { runScript } from './history.ts'
import { openLab } from './lab.ts'
import type { Pair } from './pairs.ts'

export async function openPlayer(pair: Pair, url: string): Promise<Player> {
  const lab = await openLab(pair, url)
  return {
    play: (seed) => runScript(lab, scriptOf(pair, seed)),
    explain: (seed, outcome) =>
      explain('lists', scriptOf(pair, seed), outcome, (script) => runScript(lab, script)),
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}
