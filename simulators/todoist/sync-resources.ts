import type { Account } from './state.ts'
import type { Note } from './state-objects.ts'
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
  const live = (note: Note) => !note.is_deleted && noteIsVisible(view, note)
  const rows: Record<string, () => unknown> = {
    items: () => [...account.items.values(seq)].filter((item) => view.isActive(item)),
    projects: () => [...account.projects.values(seq)].filter((each) => view.projectIsActive(each.id)),
    sections: () => [...account.sections.values(seq)].filter((each) => view.sectionIsActive(each.id)),
    labels: () => [...account.labels.values(seq)].filter((each) => !each.is_deleted),
    notes: () => [...account.notes.values(seq)].filter((note) => note.item_id !== undefined && live(note)),
    project_notes: () =>
      [...account.notes.values(seq)].filter((note) => note.project_id !== undefined && live(note)),
    ...ownerRows(account),
  }
  return pick(rows, wanted)
}

/** What changed after `from`, up to what the view can see, deleted and completed objects included. */
export function changedResources(
  view: View,
  from: number,
  wanted: ReadonlySet<string>,
): Record<string, unknown> {
  const { account, seq } = view
  const rows: Record<string, () => unknown> = {
    items: () => account.items.changed(from, seq),
    projects: () => account.projects.changed(from, seq),
    sections: () => account.sections.changed(from, seq),
    labels: () => account.labels.changed(from, seq),
    notes: () => account.notes.changed(from, seq).filter((note) => note.item_id !== undefined),
    project_notes: () => account.notes.changed(from, seq).filter((note) => note.project_id !== undefined),
    collaborators: () => [],
  }
  return pick(rows, wanted)
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
