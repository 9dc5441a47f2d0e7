import type { SimAnswer } from '../../simulators/kit/client.ts'
import type { Kept } from '../../test/histories/services/case.ts'
import { type Caller, type Picture, tokenIn, type Users } from '../../test/histories/services/users.ts'

/** Tokens that one history may use. */
export const TOKENS = 1_000

/** Whether a title is of this history, or of no history at all. `firstToken`: as for `timelineOf`. */
export function ownership(firstToken: number): (title: string) => boolean {
  return (title) => {
    const token = tokenIn(title)
    const n = Number(token.slice(1))
    return token === '' || (n >= firstToken && n < firstToken + TOKENS)
  }
}

/** Both services without the tasks of earlier histories. */
export function ownPicture({ left, right }: Picture, isOwn: (title: string) => boolean): Picture {
  return {
    left: left.filter((task) => isOwn(task.name)),
    right: right.filter((item) => isOwn(item.content)),
  }
}

/** What the record kept, without the pairs of earlier histories that wait for a person. */
export function ownKept(kept: Kept, isOwn: (title: string) => boolean): Kept {
  return { ...kept, open: kept.open.filter(({ tokens }) => tokens.length === 0 || tokens.some(isOwn)) }
}

/** Users who see nothing of earlier histories, and so leave it alone. */
export function ownUsers(users: Users, isOwn: (title: string) => boolean): Users {
  return { left: seeing(users.left, 'tasks', isOwn), right: seeing(users.right, 'items', isOwn) }
}

function seeing(user: Caller, list: 'tasks' | 'items', isOwn: (title: string) => boolean): Caller {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<SimAnswer<T>> {
      const answer = await user.call<T>(method, path, body)
      if (path !== '/__sim/state') return answer
      const state = answer.body as Record<string, { name?: string; content?: string }[]>
      const own = (state[list] ?? []).filter((one) => isOwn(one.name ?? one.content ?? ''))
      return { ...answer, body: { ...state, [list]: own } as T }
    },
  }
}
