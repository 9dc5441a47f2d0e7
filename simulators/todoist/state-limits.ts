import { invalidArgument, premiumOnly, tooManyItems, tooManyProjects, tooManySections } from './errors.ts'
import type { Account } from './state.ts'
import type { Item } from './state-objects.ts'

/** Tasks that count against the 300 of a project: open, not deleted, not in an archived section (see `inactiveCounts`). */
export function countActiveItems(account: Account, projectId: string): number {
  let count = 0
  for (const item of account.itemsIn(projectId)) if (countsAsActive(account, item)) count += 1
  return count
}

export function countsAsActive(account: Account, item: Item): boolean {
  if (item.is_deleted) return false
  if (account.settings.inactiveCounts) return true
  if (item.checked) return false
  return item.section_id === null || account.sections.get(item.section_id)?.is_archived !== true
}

/** Sections that count against the 20 of a project: neither archived (see `inactiveCounts`) nor deleted. */
export function countActiveSections(account: Account, projectId: string): number {
  const { inactiveCounts } = account.settings
  return account
    .sectionsIn(projectId)
    .filter((section) => !section.is_deleted && (inactiveCounts || !section.is_archived)).length
}

/** Refuses with code 49 unless the project can take `more` open tasks. */
export function requireRoomForItems(account: Account, projectId: string, more: number): void {
  const max = account.settings.tasksPerProject
  if (more > 0 && countActiveItems(account, projectId) + more > max) throw tooManyItems(max, projectId)
}

/** Refuses with code 61 unless the project can take one more section. */
export function requireRoomForSection(account: Account, projectId: string): void {
  const { sectionsPerProject: max, sectionLimitTag } = account.settings
  if (countActiveSections(account, projectId) >= max) throw tooManySections(max, projectId, sectionLimitTag)
}

/** Refuses unless the plan allows one more active personal project; the Inbox does not count. */
export function requireRoomForProject(account: Account): void {
  let count = 0
  for (const project of account.projects.values())
    if (!project.is_deleted && !project.is_archived && !project.inbox_project) count += 1
  const max = account.settings.projects
  if (count >= max) throw tooManyProjects(max)
}

/** Refuses with code 32 what the plan does not have. */
export function requirePlan(account: Account, part: 'comments' | 'deadlines' | 'durations'): void {
  if (!account.settings[part]) throw premiumOnly(part)
}

/** Cuts a text to `max` code points, or refuses it, as the setting `overLength` says. */
export function fitLength(account: Account, argument: string, text: string, max: number): string {
  if (text.length <= max) return text
  const points = [...text]
  if (points.length <= max) return text
  if (account.settings.overLength === 'refuse')
    throw invalidArgument(argument, `String should have at most ${max} characters`)
  return points.slice(0, max).join('')
}
