import { AT_ONCE } from './capabilities.ts'
import { createTurns } from './turns.ts'

/** Somebody else's program may write at the same moment, too. */
const MOST_TRIES = 5
export const LOCKED = 423

/**
 * Some servers take one write to a list at a time and refuse others that come meanwhile (Xandikos: its lists are git
 * repositories), most make them wait. So writes to a list go out at once until one is refused as locked, and one after
 * another from then on. That one has done nothing, and is sent again.
 *
 * A deletion always goes alone: Xandikos (0.4.10) answers one that comes beside another write with 500, which may mean
 * anything.
 */
export function createQueues() {
  const turns = createTurns(AT_ONCE)
  const known = new Set<string>()
  return async <A extends { readonly status: number }>(
    list: string,
    method: string,
    send: () => Promise<A>,
  ): Promise<A> => {
    if (!known.has(list)) {
      const answer = await turns(list, send, method === 'DELETE')
      if (answer.status !== LOCKED) return answer
      known.add(list)
    }
    return turns(
      list,
      async () => {
        let answer = await send()
        for (let tries = 1; answer.status === LOCKED && tries < MOST_TRIES; tries += 1) answer = await send()
        return answer
      },
      true,
    )
  }
}
