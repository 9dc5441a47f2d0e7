import { explain } from './explain.ts'
import { scriptOf } from './generate.ts'
import { type Outcome, runScript } from './history.ts'
import { openLab } from './lab.ts'

/** Who plays the histories of seeds, one after another. */
export type Player = AsyncDisposable & {
  play(seed: number): Promise<Outcome>
  /** A history that failed, for a person. */
  explain(seed: number, outcome: Outcome): Promise<string>
}

export async function openPlayer(url: string): Promise<Player> {
  const lab = await openLab(url)
  return {
    play: (seed) => runScript(lab, scriptOf(seed)),
    explain: (seed, outcome) =>
      explain('services', scriptOf(seed), outcome, (script) => runScript(lab, script)),
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  }
}
