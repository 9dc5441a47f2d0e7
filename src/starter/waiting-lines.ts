import type { WaitingPair } from '../store/waiting.ts'
import { quoted } from './command-name.ts'
import { type ReasonWords, reasonWords } from './reason-words.ts'
import { counted, pairWords } from './task-words.ts'

/** A task that waits or has failed, and its title. */
export type ListedWaiting = { readonly pair: WaitingPair; readonly title: string | null }

/** The tasks that wait or have failed, by why they do, each kind with what to do about it. */
export function waitingLines(waiting: readonly ListedWaiting[]): string[] {
  const groups = new Map<string, ListedWaiting[]>()
  for (const one of waiting) {
    const { why } = waitingWords(one.pair, '')
    groups.set(why, [...(groups.get(why) ?? []), one])
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    if (first === undefined) return []
    const { why, todo } = waitingWords(first.pair, group.length === 1 ? first.pair.pairId : '<pair>')
    const verb = first.pair.state === 'error' ? ['has failed', 'have failed'] : ['waits', 'wait']
    return [
      `${counted(group.length, 'task')} ${verb[group.length === 1 ? 0 : 1]}: ${why}`,
      ...group.map(
        ({ pair, title }) =>
          `      ${pairWords(pair.pairId, title)}${pair.lastError === null ? '' : ` (${pair.lastError})`}`,
      ),
      `      you can: ${todo}`,
    ]
  })
}

/** Of `conflicts --json`, beside the conflicts. */
export function waitingJson(waiting: readonly ListedWaiting[]) {
  return waiting.map(({ pair, title }) => {
    const { pairId, route, state, reason, lastError } = pair
    return { pair: pairId, title, route, state, reason, error: lastError, ...waitingWords(pair, pairId) }
  })
}

/** `named`: how the pair is called in the commands that are named. */
function waitingWords({ state, reason, candidateOf }: WaitingPair, named: string): ReasonWords {
  if (candidateOf !== null)
    return {
      why: `it could be the task about which conflict ${candidateOf} asks`,
      todo: 'Answer that one; this one goes on with it.',
    }
  if (reason !== null) return reasonWords(reason, named)
  if (state === 'error') return reasonWords('refused', named)
  return {
    why: 'nothing was noted about why',
    todo: `${quoted(`explain pair/${named}`)} says what is known of it.`,
  }
}
