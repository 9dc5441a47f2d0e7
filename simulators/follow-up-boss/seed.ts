import type { Book } from '../data/book.ts'
import type { BookDeal, BookPerson, BookTask, BookUser } from '../data/book-rows.ts'
import { type FubDeal, type FubPerson, type FubTask, type FubUser, stamp } from './records.ts'

const DAY_MS = 86_400_000

function ago(now: number, days: number): string {
  return stamp(now - days * DAY_MS)
}

function userName(book: Book, id: number): string {
  return book.users.find((user) => user.id === id)?.name ?? ''
}

export function seedUser(user: BookUser, now: number): FubUser {
  return {
    id: user.id,
    name: user.name,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    phone: user.phone,
    role: user.role,
    status: 'Active',
    isOwner: user.isOwner,
    timezone: user.timezone,
    created: ago(now, 900),
    updated: ago(now, 90),
    groups: [],
    teamIds: [],
    teamLeaderOf: [],
    pauseLeadDistribution: false,
  }
}

export function seedPerson(book: Book, person: BookPerson, now: number, idOffset: number): FubPerson {
  const { phone } = person
  return {
    id: person.id + idOffset,
    created: ago(now, person.createdDaysAgo),
    updated: ago(now, Math.min(person.createdDaysAgo, 10)),
    lastActivity: ago(now, 2),
    name: person.name,
    firstName: person.firstName,
    lastName: person.lastName,
    stage: book.peopleStages.find((stage) => stage.id === person.stageId)?.name ?? '',
    stageId: person.stageId,
    type: person.type,
    source: person.source,
    contacted: 1,
    price: person.price,
    assignedUserId: person.assignedUserId,
    assignedTo: userName(book, person.assignedUserId),
    assignedPondId: null,
    tags: person.tags,
    emails: [{ value: person.email, type: 'home', status: 'Valid', isPrimary: 1 }],
    phones: [
      {
        value: `(${phone.slice(0, 3)}) ${phone.slice(3, 6)}-${phone.slice(6)}`,
        normalized: phone,
        type: 'mobile',
        status: 'Valid',
        isPrimary: 1,
      },
    ],
    addresses: [
      {
        type: 'home',
        street: person.street,
        city: person.city,
        state: 'NC',
        code: person.code,
        country: 'US',
      },
    ],
  }
}

export function seedDeal(deal: BookDeal, now: number, idOffset: number): FubDeal {
  return {
    id: deal.id + idOffset,
    name: deal.name,
    status: deal.status,
    description: deal.description,
    price: deal.price,
    createdAt: ago(now, deal.createdDaysAgo),
    enteredStageAt: ago(now, deal.stageDaysAgo),
    projectedCloseDate: deal.projectedCloseDate,
    orderWeight: 1000,
    pipelineId: deal.pipelineId,
    stageId: deal.stageId,
    peopleIds: deal.peopleIds.map((id) => id + idOffset),
    userIds: deal.userIds,
    extra: { ...deal.custom },
  }
}

export function seedTask(book: Book, task: BookTask, now: number, idOffset: number): FubTask {
  const created = ago(now, task.createdDaysAgo)
  const completed = task.completedDaysAgo === null ? null : ago(now, task.completedDaysAgo)
  const owner = userName(book, 1)
  return {
    id: task.id + idOffset,
    created,
    updated: completed ?? created,
    completed,
    createdById: 1,
    updatedById: 1,
    createdBy: owner,
    updatedBy: owner,
    personId: task.personId + idOffset,
    AssignedTo: userName(book, task.assignedUserId),
    assignedUserId: task.assignedUserId,
    name: task.name,
    type: task.type,
    isCompleted: completed === null ? 0 : 1,
    dueDate: task.dueDay,
    dueDateTime: task.dueInstant,
    remindSecondsBefore: null,
    externalTaskLink: null,
    externalCalendarId: null,
  }
}
