import type { SimAnswer } from '../../../simulators/kit/client.ts'
import type { Side } from './sides.ts'

/** Somebody who acts at one service by its API: in the same process, or over HTTP (`simClient` of the simulators' kit). */
export type Caller = {
  call<T = unknown>(method: string, path: string, body?: unknown): Promise<SimAnswer<T>>
}

export type FubTask = {
  readonly id: number
  readonly name: string
  readonly type: string
  readonly isCompleted: number
  readonly dueDate: string | null
  readonly dueDateTime: string | null
  readonly personId: number
}

export type TodoistItem = {
  readonly id: string
  readonly content: string
  readonly description: string
  readonly project_id: string
  readonly parent_id: string | null
  readonly labels: readonly string[]
  readonly priority: number
  readonly checked: boolean
  readonly is_deleted: boolean
  readonly completed_count?: number
  readonly due: {
    readonly date: string
    readonly timezone: string | null
    readonly string: string
    readonly is_recurring: boolean
  } | null
}

/** All that both services hold, what is completed or deleted too (Follow Up Boss forgets what is deleted). */
export type Picture = { readonly left: readonly FubTask[]; readonly right: readonly TodoistItem[] }

export type Users = Readonly<Record<Side, Caller>>

export async function pictureOf(users: Users): Promise<Picture> {
  const left = await users.left.call<{ tasks: FubTask[] }>('GET', '/__sim/state')
  const right = await users.right.call<{ items: TodoistItem[] }>('GET', '/__sim/state')
  return { left: left.body.tasks, right: right.body.items }
}

const TOKEN = /\bT\d+\b/u

/** Every task carries a word of its own in its title, from its first day and on both sides. */
export function tokenIn(title: string): string {
  return TOKEN.exec(title)?.[0] ?? ''
}

export const fubTask = (picture: Picture, token: string): FubTask | undefined =>
  picture.left.findLast((task) => tokenIn(task.name) === token)

export const todoistItem = (picture: Picture, token: string): TodoistItem | undefined =>
  picture.right.findLast((item) => !item.is_deleted && tokenIn(item.content) === token)
