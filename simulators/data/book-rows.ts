/** Rows of the book of business that a simulated account starts with. */

export interface BookUser {
  id: number
  name: string
  firstName: string
  lastName: string
  email: string
  phone: string
  role: 'Broker' | 'Agent' | 'Lender'
  isOwner: boolean
  timezone: string
}

export interface BookPerson {
  id: number
  firstName: string
  lastName: string
  name: string
  email: string
  /** Ten digits. */
  phone: string
  street: string
  city: string
  code: string
  county: string
  stageId: number
  type: 'Buyer' | 'Seller'
  source: string
  tags: string[]
  price: number
  assignedUserId: number
  createdDaysAgo: number
}

export interface BookDeal {
  id: number
  name: string
  status: 'Active' | 'Archived' | 'Deleted'
  description: string | null
  price: number
  pipelineId: number
  stageId: number
  peopleIds: number[]
  userIds: number[]
  createdDaysAgo: number
  stageDaysAgo: number
  /** Calendar day or null. */
  projectedCloseDate: string | null
  custom: Record<string, string>
}

export interface BookTask {
  id: number
  personId: number
  assignedUserId: number
  name: string
  type: string
  /** Calendar day in the home zone; null = undated. */
  dueDay: string | null
  /** UTC instant of a timed task. */
  dueInstant: string | null
  createdDaysAgo: number
  /** null = open. */
  completedDaysAgo: number | null
}
