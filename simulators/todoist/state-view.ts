import type { Account } from './state.ts'
import type { Item, Project, Section } from './state-objects.ts'

/** The account as it was after one change: the present, or a copy that lags behind (stale reads). */
export class View {
  readonly account: Account
  readonly seq: number

  /** `ageMs` 0 is the present. */
  constructor(account: Account, ageMs = 0) {
    this.account = account
    this.seq = account.counter.seqBefore(ageMs)
  }

  item(id: string): Item | undefined {
    return this.account.items.getAt(id, this.seq)
  }

  section(id: string): Section | undefined {
    return this.account.sections.getAt(id, this.seq)
  }

  project(id: string): Project | undefined {
    return this.account.projects.getAt(id, this.seq)
  }

  projectIsActive(id: string): boolean {
    const project = this.project(id)
    return project !== undefined && !project.is_deleted && !project.is_archived
  }

  sectionIsActive(id: string): boolean {
    const section = this.section(id)
    if (section === undefined || section.is_deleted || section.is_archived) return false
    return this.projectIsActive(section.project_id)
  }

  /** Open, and in a section and project that are neither archived nor deleted: what lists show. */
  isActive(item: Item): boolean {
    if (item.checked || item.is_deleted) return false
    if (item.section_id !== null) return this.sectionIsActive(item.section_id)
    return this.projectIsActive(item.project_id)
  }
}
