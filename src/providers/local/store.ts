import type { LocalRefusal } from '../../core/local-refusal.ts'
import type { LocalContent, LocalList, LocalTask } from '../../core/local-task.ts'
import type { LabelWrite } from '../../core/table-labels.ts'
import type { ProviderError } from '../provider-error.ts'

/*
 * What the provider asks of the store of our own tasks. Each call is one request: it takes one slot. All throw
 * ProviderErrors alone. Ids are UUIDs; an id of another form is one that nothing has.
 */

/** Where a delta begins: the number of a change, at the store of this id. */
export type LocalSince = { readonly storeId: string; readonly seq: string }

/**
 * A page of at most `limit` tasks. `since` null: everything that is not deleted. `until`: null on a walk's first page, then
 * what that one said. `after`: what the page before said in `next`.
 */
export type LocalPageRequest = {
  readonly since: LocalSince | null
  readonly until: string | null
  readonly after: string | null
  readonly limit: number
}

/**
 * `since`: from where the page tells changes; null where it shows everything, also because this store knows nothing of
 * the moment that was asked for. `until`: the number of the last change when the walk began. `gone`: ids of tasks that are
 * purged. `lists`: on the first page those that changed, or all; `goneLists`: purged ones. `next`: null on the last page.
 */
export type LocalPage = {
  readonly storeId: string
  readonly since: string | null
  readonly until: string
  readonly tasks: readonly LocalTask[]
  readonly gone: readonly string[]
  readonly lists: readonly LocalList[]
  readonly goneLists: readonly string[]
  readonly next: string | null
}

/** A look at a task, deleted or not. `purged`: a tombstone of it is left; false: nothing is known of it. */
export type LocalLook =
  | { readonly id: string; readonly task: LocalTask }
  | { readonly id: string; readonly task: null; readonly purged: boolean }

/** A list by its id, or one that is made once under its key. */
export type LocalTarget =
  | { readonly id: string }
  | { readonly key: string; readonly name: string; readonly marker: string | null }

/**
 * What a sync writes of a task; what is left out stays. `key`: of a comment that is made once under it. `uncomment`: the id
 * of one that is taken away.
 */
export type LocalValues = {
  readonly content: Partial<Omit<LocalContent, 'status' | 'flags' | 'extra'>>
  readonly completed?: boolean
  readonly flags: LabelWrite
  /** Labels that are put beside those of `content`, and taken away. */
  readonly tables: LabelWrite
  readonly comment: { readonly id: string | null; readonly text: string; readonly key: string } | null
  readonly uncomment?: string | null
}

/**
 * One write. A create is done once under its `key`. `list` null: the default one. Of a move, what is left out stays; but a
 * task that goes to another list leaves the task above it. `isOvertaken`: asked of a task that is not deleted, before anything
 * is done; what a user typed meanwhile is not written over.
 */
export type LocalWrite =
  | {
      readonly verb: 'create'
      readonly key: string
      readonly title: string
      readonly list: LocalTarget | null
      readonly parent: string | null
      readonly values: LocalValues
    }
  | {
      readonly verb: 'update'
      readonly id: string
      readonly move: { readonly list?: LocalTarget; readonly parent?: string | null } | null
      readonly values: LocalValues
      readonly isOvertaken: (now: LocalTask) => boolean
    }
  | {
      readonly verb: 'delete'
      readonly id: string
      readonly isOvertaken: (now: LocalTask) => boolean
    }

/**
 * What became of a write. `task`: as it is now; null when it is deleted. `list`: the id of the list that was asked for.
 * `overtaken`: a user was quicker, and nothing was done. `unknown`: it may have been done; `skipped`: it was not, and may be
 * sent again.
 */
export type LocalWritten =
  | {
      readonly outcome: 'done'
      readonly id: string
      readonly task: LocalTask | null
      readonly list: string | null
      readonly comment: string | null
    }
  | { readonly outcome: 'refused'; readonly why: LocalRefusal }
  | { readonly outcome: 'overtaken' }
  | { readonly outcome: 'unknown' | 'skipped'; readonly error: ProviderError }

/** What a sync writes of a list. */
export type LocalListValues = Partial<Pick<LocalList, 'name' | 'marker'>> & { readonly archived?: boolean }

export type LocalTaskStore = {
  /** The store's own id, the same for ever. */
  storeId(): Promise<string>
  page(request: LocalPageRequest): Promise<LocalPage>
  look(ids: readonly string[]): Promise<readonly LocalLook[]>
  /** Each in a transaction of its own, in their order. Throws when nothing at all was or may have been done. */
  write(writes: readonly LocalWrite[]): Promise<readonly LocalWritten[]>
  /** Those that are neither archived nor deleted. */
  lists(): Promise<readonly LocalList[]>
  /** Throws `ambiguous-write` when it may have been done, `gone` when it was purged since. As `changeList`. */
  addList(wanted: {
    readonly key: string
    readonly name: string
    readonly marker: string | null
  }): Promise<LocalList>
  changeList(id: string, change: LocalListValues): Promise<LocalList>
  /** Deletes a list without tasks, archived and completed ones counted; one that is gone is deleted. False: it has some. */
  deleteEmptyList(id: string): Promise<boolean>
}
