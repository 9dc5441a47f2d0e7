import type { Users } from '../services/users.ts'

/** Projects of the stages of the sample account, by stage id: the last one is closed, and another pipeline has one of that name, too. */
export const STAGES: Readonly<Record<number, string>> = {
  11: 'Showing',
  12: 'Offer',
  13: 'Buyers · Under Contract',
  14: 'Closed',
}
export const CLOSED = 14

/**
 * A deal as its people at the CRM know it. `named`: what a user of Todoist has called its section, null where nobody did.
 * `lost`: a user has deleted or archived its section, or the project of it: from there on a person is asked. `strayed`: how
 * often a user has moved its section to another stage's project since the deal came into its stage.
 */
export type DealFacts = {
  readonly id: number
  readonly person: number
  stage: number
  archived: boolean
  name: string
  named: string | null
  lost: boolean
  strayed: number
}

/**
 * A task by its token. `deal`: the deal in whose section it belongs, null for General. `over`: completed by somebody. `lost`: it
 * lay in a section that a user took away. `atCrm`: it was made there.
 */
export type TaskFacts = {
  readonly token: string
  readonly atCrm: boolean
  readonly person: number
  deal: number | null
  over: boolean
  lost: boolean
}

/** What people did, and so what must be; nothing of it comes from the product. */
export class Book {
  readonly deals: DealFacts[] = []
  readonly tasks: TaskFacts[] = []

  deal(id: number): DealFacts {
    const found = this.deals.find((one) => one.id === id)
    if (found === undefined) throw new Error(`nobody has made deal ${id}`)
    return found
  }

  task(token: string): TaskFacts | undefined {
    return this.tasks.find((one) => one.token === token)
  }

  nextToken(): string {
    return `T${this.tasks.length + 1}`
  }

  of(person: number): DealFacts[] {
    return this.deals.filter((deal) => deal.person === person)
  }
}

export type CrmTask = {
  readonly id: number
  readonly name: string
  readonly personId: number
  readonly isCompleted: number
}

export type SeenTask = {
  readonly id: string
  readonly content: string
  readonly project_id: string
  readonly section_id: string | null
  readonly checked: boolean
  readonly is_deleted: boolean
  readonly is_active: boolean
}
export type SeenSection = {
  readonly id: string
  readonly name: string
  readonly description: string | null
  readonly project_id: string
  readonly is_archived: boolean
  readonly is_deleted: boolean
}
export type SeenProject = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly is_archived: boolean
  readonly is_deleted: boolean
}
export type Account = {
  readonly items: readonly SeenTask[]
  readonly sections: readonly SeenSection[]
  readonly projects: readonly SeenProject[]
}

export async function accountOf(users: Users): Promise<Account> {
  return (await users.right.call<Account>('GET', '/__sim/state')).body
}

const DEAL = /dealbridge: deal(?:\/\d+)?:(\d+)$/mu

/** The deal whose section it is; null for a section of a user's own. */
export function dealOfSection({ description }: SeenSection): number | null {
  const found = DEAL.exec(description ?? '')?.[1]
  return found === undefined ? null : Number(found)
}

/** Sections that a user sees. */
export function shownSections({ sections, projects }: Account): SeenSection[] {
  const shown = new Set(projects.filter((one) => !one.is_archived && !one.is_deleted).map(({ id }) => id))
  return sections.filter((one) => !one.is_archived && !one.is_deleted && shown.has(one.project_id))
}
