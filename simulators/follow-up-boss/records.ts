/** Rows as the API answers them (reference §6-§12). Rows are replaced on change, never mutated. */

export interface FubUser {
  id: number
  name: string
  firstName: string
  lastName: string
  email: string
  phone: string
  role: 'Agent' | 'Broker' | 'Lender'
  /** Deleted users show only when asked for. */
  status: 'Active' | 'Deleted'
  isOwner: boolean
  timezone: string
  created: string
  updated: string
  groups: never[]
  teamIds: never[]
  teamLeaderOf: never[]
  pauseLeadDistribution: boolean
}

export interface FubTask {
  id: number
  created: string
  updated: string
  /** Timestamp or null. */
  completed: string | null
  createdById: number
  updatedById: number
  createdBy: string
  updatedBy: string
  /** 0 = a task without a person (reference §6.1). */
  personId: number
  /** The assignee's name; capital A in answers, `assignedTo` in requests. */
  AssignedTo: string
  assignedUserId: number
  name: string
  type: string
  isCompleted: 0 | 1
  /** Calendar day. A timed task carries both this and `dueDateTime`. */
  dueDate: string | null
  /** UTC instant. */
  dueDateTime: string | null
  remindSecondsBefore: number | null
  externalTaskLink: null
  externalCalendarId: null
}

interface Contact {
  value: string
  type: string
  status: string
  isPrimary: 0 | 1
}

export interface FubPerson {
  id: number
  created: string
  updated: string
  lastActivity: string
  name: string
  firstName: string
  lastName: string
  stage: string
  stageId: number
  type: string
  source: string
  contacted: number
  price: number
  assignedUserId: number
  assignedTo: string
  assignedPondId: null
  tags: string[]
  emails: Contact[]
  phones: (Contact & { normalized: string })[]
  /** Absent = empty. */
  background?: string
  /** Absent = none. */
  timeframeId?: number | null
  assignedLenderId?: number | null
  addresses: { type: string; street: string; city: string; state: string; code: string; country: string }[]
}

/** A deal as it is stored; the answer adds names (see `dealAnswer`). There is no `updated` of any spelling. */
export interface FubDeal {
  id: number
  name: string
  status: 'Active' | 'Archived' | 'Deleted'
  description: string | null
  price: number
  createdAt: string
  enteredStageAt: string
  projectedCloseDate: string | null
  orderWeight: number
  pipelineId: number
  stageId: number
  peopleIds: number[]
  userIds: number[]
  /** Money, dates and `custom*` as sent. */
  extra: Record<string, unknown>
}

export interface FubDealStage {
  id: number
  name: string
  color: string
  description: string | null
  orderWeight: number
  closedStage: boolean
}

export interface FubPipeline {
  id: number
  name: string
  description: string | null
  orderWeight: number
  stages: readonly FubDealStage[]
}

export interface FubNote {
  id: number
  created: string
  updated: string
  createdById: number
  updatedById: number
  createdBy: string
  updatedBy: string
  personId: number
  subject: string
  body: string
  type: string
  isHtml: boolean
  showContent: boolean
  isExternal: boolean
  systemId: null
  systemName: null
  actionPlanId: null
  automationId: null
}

/** The stage of people that lists leave out (reference §10). */
export const TRASH = 'Trash'

/** The 9 task types (reference §6.1). */
export const TASK_TYPES: readonly string[] = [
  'Follow Up',
  'Call',
  'Text',
  'Email',
  'Appointment',
  'Showing',
  'Closing',
  'Open House',
  'Thank You',
]

/** A timestamp as answers carry it: UTC, whole seconds, `Z`. */
export function stamp(epochMs: number): string {
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`
}

/** A timestamp in a form that sorts as text, with or without milliseconds (switch `subSecondStamps`). */
export function sortableStamp(text: string): string {
  return text.length === 20 ? `${text.slice(0, 19)}.000Z` : text
}
