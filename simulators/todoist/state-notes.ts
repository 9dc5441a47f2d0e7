import { invalidArgument, notFound, requiredArgument } from './errors.ts'
import { liveItem } from './item-placement.ts'
import type { Account } from './state.ts'
import { requirePlan } from './state-limits.ts'
import type { Note } from './state-objects.ts'

export type NoteFields = {
  content?: string | null | undefined
  file_attachment?: unknown
  uids_to_notify?: string[] | null | undefined
}

export function addNote(
  account: Account,
  args: NoteFields & { item_id?: string | null | undefined; project_id?: string | null | undefined },
): Note {
  const { item_id: itemId, project_id: projectId } = args
  const onItem = itemId !== undefined && itemId !== null
  const onProject = projectId !== undefined && projectId !== null
  if (onItem === onProject) throw invalidArgument('item_id', 'exactly one of a task and a project')
  if (args.content === undefined || args.content === null) throw requiredArgument('content')
  requirePlan(account, 'comments')
  if (onItem) liveItem(account, itemId)
  if (onProject) account.project(projectId)
  const note = account.notes.put({
    id: account.newId(),
    ...(onItem ? { item_id: itemId } : {}),
    ...(onProject ? { project_id: projectId } : {}),
    posted_uid: account.userId,
    content: checkContent(args.content),
    posted_at: account.stamp(),
    file_attachment: args.file_attachment ?? null,
    uids_to_notify: args.uids_to_notify ?? null,
    reactions: null,
    is_deleted: false,
  })
  account.tell({ name: 'note:added', object: note })
  return note
}

/** Null or empty content changes nothing, as in the real service. */
export function updateNote(account: Account, id: string, fields: NoteFields): Note {
  const before = note(account, id)
  if (fields.content === undefined || fields.content === null || fields.content === '') return before
  const changed = account.notes.put({ ...before, content: checkContent(fields.content) })
  account.tell({ name: 'note:updated', object: changed })
  return changed
}

/** Adds or takes away the owner's reaction with an emoji. */
export function reactToNote(account: Account, id: string, reaction: string, on: boolean): Note {
  const before = note(account, id)
  const others = (before.reactions?.[reaction] ?? []).filter((uid) => uid !== account.userId)
  const uids = on ? [...others, account.userId] : others
  const { [reaction]: _, ...rest } = before.reactions ?? {}
  const reactions = uids.length > 0 ? { ...rest, [reaction]: uids } : rest
  return account.notes.put({ ...before, reactions: Object.keys(reactions).length > 0 ? reactions : null })
}

export function deleteNote(account: Account, id: string): void {
  const before = account.notes.get(id)
  if (before === undefined) throw notFound('Comment')
  if (before.is_deleted) return
  const gone = account.notes.put({ ...before, is_deleted: true })
  account.tell({ name: 'note:deleted', object: gone })
}

/** A comment that is there, else 404. */
export function note(account: Account, id: string): Note {
  const found = account.notes.get(id)
  if (found === undefined || found.is_deleted) throw notFound('Comment')
  return found
}

function checkContent(content: string): string {
  const length = [...content].length
  if (length < 1 || length > 15_000)
    throw invalidArgument('content', 'String should have 1 to 15000 characters')
  return content
}
