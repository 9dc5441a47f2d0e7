import type { Account } from './state.ts'
import type { Item, Note } from './state-objects.ts'
import type { View } from './state-view.ts'
import { planLimits, userObject } from './user-object.ts'

/** Resource types whose rows the simulator never has: present and empty when asked for. */
const EMPTY = [
  'collaborator_states',
  'reminders',
  'filters',
  'live_notifications',
  'completed_info',
  'project_view_options_defaults',
  'view_options',
  'workspaces',
  'folders',
] as const

const NAMES = [
  'items',
  'projects',
  'sections',
  'labels',
  'notes',
  'project_notes',
  'user',
  'user_plan_limits',
  'collaborators',
  ...EMPTY,
]

/** `["all","-labels"]` → the names that are wanted; unknown names are ignored. */
export function wantedTypes(types: readonly string[]): Set<string> {
  const wanted = new Set(types.includes('all') ? NAMES : NAMES.filter((name) => types.includes(name)))
  for (const type of types) if (type.startsWith('-')) wanted.delete(type.slice(1))
  return wanted
}

/** Everything active, as a full sync has it: nothing completed, deleted or archived. */
export function fullResources(view: View, wanted: ReadonlySet<string>): Record<string, unknown> {
  const { account, seq } = view
  const none = { rows: [], incomplete: [] }
  const onItems = wanted.has('notes') ? visibleNotes(view, 'item_id') : none
  const onProjects = wanted.has('project_notes') ? visibleNotes(view, 'project_id') : none
  const rows: Record<string, () => unknown> = {
    items: () => [...account.items.values(seq)].filter((item) => view.isActive(item)),
    projects: () => [...account.projects.values(seq)].filter((each) => view.projectIsActive(each.id)),
    sections: () => [...account.sections.values(seq)].filter((each) => view.sectionIsActive(each.id)),
    labels: () => [...account.labels.values(seq)].filter((each) => !each.is_deleted),
    notes: () => onItems.rows,
    project_notes: () => onProjects.rows,
    ...ownerRows(account),
  }
  return {
    ...pick(rows, wanted),
    ...(wanted.has('notes') ? { incomplete_item_ids: onItems.incomplete } : {}),
    ...(wanted.has('project_notes') ? { incomplete_project_ids: onProjects.incomplete } : {}),
  }
}

/** The newest comments of each task or project, and the ids of those that have more (setting `notesPerObject`). */
function visibleNotes(view: View, of: 'item_id' | 'project_id'): { rows: Note[]; incomplete: string[] } {
  const most = view.account.settings.notesPerObject
  const byObject = new Map<string, Note[]>()
  for (const note of view.account.notes.values(view.seq)) {
    const owner = note[of]
    if (owner === undefined || note.is_deleted || !noteIsVisible(view, note)) continue
    const notes = byObject.get(owner)
    if (notes === undefined) byObject.set(owner, [note])
    else notes.push(note)
  }
  const cut = ([, notes]: [string, Note[]]) => most > 0 && notes.length > most
  const entries = [...byObject]
  return {
    rows: entries.flatMap((entry) => (cut(entry) ? entry[1].slice(-most) : entry[1])),
    incomplete: entries.filter(cut).map(([owner]) => owner),
  }
}

/** What changed after `from`, up to what the view can see, deleted and completed objects included. */
export function changedResources(
  view: View,
  from: number,
  wanted: ReadonlySet<string>,
): Record<string, unknown> {
  const { account, seq } = view
  const rows: Record<string, () => unknown> = {
    items: () => account.items.changed(from, seq).map((item) => changedItem(account, item)),
    projects: () => account.projects.changed(from, seq),
    sections: () => account.sections.changed(from, seq),
    labels: () => account.labels.changed(from, seq),
    notes: () => account.notes.changed(from, seq).filter((note) => note.item_id !== undefined),
    project_notes: () => account.notes.changed(from, seq).filter((note) => note.project_id !== undefined),
    collaborators: () => [],
  }
  return pick(rows, wanted)
}

/** Old answers showed completed tasks as deleted too (reference §13.3, U11). */
function changedItem(account: Account, item: Item): Item {
  const both = item.checked && account.settings.completedRows === 'checked-and-deleted'
  return both ? { ...item, is_deleted: true } : item
}

function ownerRows(account: Account): Record<string, () => unknown> {
  const { id, email, full_name, timezone } = account.user
  return {
    user: () => userObject(account),
    user_plan_limits: () => planLimits(account),
    collaborators: () => [{ id, email, full_name, timezone, image_id: null }],
  }
}

function pick(rows: Record<string, () => unknown>, wanted: ReadonlySet<string>): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const name of wanted) {
    const read = rows[name]
    if (read !== undefined) found[name] = read()
    else if ((EMPTY as readonly string[]).includes(name)) found[name] = []
  }
  return found
}

function noteIsVisible(view: View, note: Note): boolean {
  if (note.project_id !== undefined) return view.projectIsActive(note.project_id)
  const item = note.item_id === undefined ? undefined : view.item(note.item_id)
  return item !== undefined && view.isActive(item)
}
