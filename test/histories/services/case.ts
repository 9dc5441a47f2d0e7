import type { Doings } from './doings.ts'
import type { Exchange } from './journal.ts'
import type { KnownFault } from './known.ts'
import type { Policy } from './script.ts'
import type { Side } from './sides.ts'
import { type FubTask, type Picture, type TodoistItem, todoistItem, tokenIn } from './users.ts'

/** What the product says that it kept: conflicts, and what its writes replaced. */
export type Kept = {
  readonly conflicts: readonly {
    readonly token: string
    readonly field: string
    readonly left: unknown
    readonly right: unknown
  }[]
  readonly before: readonly { readonly remoteId: string; readonly task: Readonly<Record<string, unknown>> }[]
  /** Which of these tasks of the CRM the one asked about has become: questions that a person has not answered. */
  readonly questions: readonly {
    readonly tokens: readonly string[]
    readonly candidates: readonly string[]
  }[]
  /** Pairs that are not settled. `token`: '' when no task of it is known. */
  readonly open: readonly {
    readonly tokens: readonly string[]
    readonly state: string
    readonly reason: string | null
    readonly error: string | null
  }[]
}

/** `lost`, `doubled`, `unsettled`: sentences, one for each finding. `windows`: edits that fell between a look and its
 * write; `asked`: questions that wait for a person. */
export type Findings = {
  readonly lost: string[]
  readonly doubled: string[]
  readonly unsettled: string[]
  windows: number
  asked: number
}

export type Case = {
  readonly doings: Doings
  readonly picture: Picture
  readonly kept: Kept
  readonly exchanges: readonly Exchange[]
  readonly avoid: readonly KnownFault[]
  readonly policy: Policy
  /** The project whose tasks are in scope. */
  readonly general: string | null
}

/** The tasks of one token that are there at the end. */
export type Living = Readonly<Record<Side, readonly (FubTask | TodoistItem)[]>>

export function livingOf(given: Case, token: string): Living {
  return {
    left: currentOf(given, token),
    right: given.picture.right.filter((item) => !item.is_deleted && tokenIn(item.content) === token),
  }
}

/** Its tasks in the CRM; of a series the open one, or else the last: those before it are done with. */
export function currentOf({ doings, picture }: Case, token: string): readonly FubTask[] {
  const all = picture.left.filter((task) => tokenIn(task.name) === token)
  if (!doings.repeats.has(token)) return all
  const open = all.filter((task) => task.isCompleted === 0)
  return open.length > 0 ? open : all.slice(-1)
}

/** What Todoist shows at the end decides: where it lies, its labels, what it lies under (rules, §8). */
export function isInScope(given: Case, token: string): boolean {
  const item = todoistItem(given.picture, token)
  if (item === undefined) return true
  if (item.labels.includes('no-sync')) return false
  if (item.project_id === given.general || item.labels.includes('crm')) return true
  const above = given.picture.right.find((one) => one.id === item.parent_id)
  return above !== undefined && !above.is_deleted && isInScope(given, tokenIn(above.content))
}
