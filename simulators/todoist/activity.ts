import type { AccountEvent } from './state.ts'
import type { Item, Note, Project, Section } from './state-objects.ts'

/** A row of `GET /activities` (reference §17). */
export type Activity = {
  id: number
  event_date: string
  event_type: string
  object_type: 'item' | 'note' | 'project' | 'section'
  object_id: string
  initiator_id: string
  parent_project_id: string | null
  parent_item_id: string | null
  extra_data: Record<string, unknown>
  source: string
}

const MOST = 2_000
/** Above 2^53, as the real ones can be. */
const FIRST_ID = 9_007_199_254_741_000

/** What was done to tasks, comments, projects and sections, the last 2,000 of it at least. */
export class ActivityLog {
  private rows: Activity[] = []
  private count = 0

  /** Notes an event of a webhook's name; labels are not logged, nor are task edits that touch other fields alone. */
  record(event: AccountEvent, by: { userId: string; at: string }): void {
    const [kind, verb] = event.name.split(':')
    if (kind !== 'item' && kind !== 'note' && kind !== 'project' && kind !== 'section') return
    const done = kind === 'item' && event.intent === 'item_completed'
    const type = done ? 'completed' : kind === 'item' && verb === 'updated' ? itemVerb(event) : verb
    if (type === undefined) return
    this.count += 1
    this.rows.push({
      id: FIRST_ID + 2 * this.count,
      event_date: by.at,
      event_type: type,
      object_type: kind,
      object_id: event.object.id,
      initiator_id: by.userId,
      ...parents(kind, event.object),
      extra_data: extraData(kind, event),
      source: 'api',
    })
    if (this.rows.length > 2 * MOST) this.rows = this.rows.slice(-MOST)
  }

  *newestFirst(): Generator<Activity> {
    for (let i = this.rows.length - 1; i >= 0; i--) {
      const row = this.rows[i]
      if (row !== undefined) yield row
    }
  }

  content(): Activity[] {
    return this.rows.slice(-MOST)
  }

  load(rows: readonly Activity[]): void {
    this.rows = [...rows]
    const last = rows.at(-1)
    this.count = last === undefined ? 0 : (last.id - FIRST_ID) / 2
  }
}

function itemVerb({ object, old }: AccountEvent): string | undefined {
  const item = object as Item
  if (old === undefined) return undefined
  if (old.project_id !== item.project_id || old.section_id !== item.section_id) return 'moved'
  if (old.parent_id !== item.parent_id) return 'moved'
  const logged = ['content', 'description', 'responsible_uid', 'priority'] as const
  const dates = ['due', 'deadline', 'duration'] as const
  const changed =
    logged.some((key) => old[key] !== item[key]) ||
    dates.some((key) => JSON.stringify(old[key]) !== JSON.stringify(item[key]))
  return changed ? 'updated' : undefined
}

function parents(kind: string, object: AccountEvent['object']) {
  if (kind === 'item') {
    const { project_id, parent_id } = object as Item
    return { parent_project_id: project_id, parent_item_id: parent_id }
  }
  if (kind === 'note') {
    const { project_id, item_id } = object as Note
    return { parent_project_id: project_id ?? null, parent_item_id: item_id ?? null }
  }
  if (kind === 'section') return { parent_project_id: (object as Section).project_id, parent_item_id: null }
  return { parent_project_id: (object as Project).parent_id, parent_item_id: null }
}

function extraData(kind: string, { object, old, name, intent }: AccountEvent): Record<string, unknown> {
  if (kind !== 'item')
    return 'content' in object ? { content: object.content } : { name: (object as Project).name }
  const item = object as Item
  const completed = name === 'item:completed' || intent === 'item_completed'
  const moved =
    old !== undefined && (old.project_id !== item.project_id || old.section_id !== item.section_id)
  return {
    content: item.content,
    due_date: item.due?.date ?? null,
    ...(old !== undefined && old.content !== item.content ? { last_content: old.content } : {}),
    ...(old !== undefined && old.due?.date !== item.due?.date
      ? { last_due_date: old.due?.date ?? null }
      : {}),
    ...(completed ? { is_recurring: item.due?.is_recurring === true } : {}),
    ...(moved
      ? {
          source_project_id: old.project_id,
          destination_project_id: item.project_id,
          section_id: item.section_id,
          last_section_id: old.section_id,
        }
      : {}),
  }
}
