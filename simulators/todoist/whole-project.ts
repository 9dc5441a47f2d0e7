import type { Project } from './state-objects.ts'
import type { View } from './state-view.ts'

/** `GET /projects/{id}/full`: a project with its active sections and tasks, and its own comments. */
export function wholeProject(view: View, project: Project): Record<string, unknown> {
  const { account, seq } = view
  const { id, email, full_name, timezone } = account.user
  const inIt = (each: { project_id: string }) => each.project_id === project.id
  const tasks = [...account.items.values(seq)].filter((item) => inIt(item) && view.isActive(item))
  const sections = [...account.sections.values(seq)].filter(
    (section) => inIt(section) && view.sectionIsActive(section.id),
  )
  const notes = [...account.notes.values(seq)].filter(
    (note) => note.project_id === project.id && !note.is_deleted,
  )
  return {
    project,
    comments_count: notes.length,
    tasks,
    sections,
    collaborators: [{ id, email, full_name, timezone, image_id: null }],
    notes,
  }
}
