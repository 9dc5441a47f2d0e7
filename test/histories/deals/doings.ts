import { pick } from '../scheduler.ts'
import type { Users } from '../services/users.ts'
import {
  type Account,
  accountOf,
  type Book,
  type CrmTask,
  type DealFacts,
  dealOfSection,
  type SeenSection,
  type SeenTask,
  STAGES,
  shownSections,
} from './book.ts'

/**
 * What users act on, and where what they did is noted. `takes`: which tasks a section takes along that we move. `tell`: for the
 * story.
 */
export type Scene = {
  readonly users: Users
  readonly book: Book
  readonly rng: () => number
  readonly takes: 'all' | 'some' | 'none'
  tell(line: string): void
}

const STAGE_IDS = Object.keys(STAGES).map(Number)

/** A deal comes into another stage: what these histories are about. */
export async function moveStage({ users, book, rng, tell }: Scene): Promise<void> {
  const deal = pick(rng, book.deals)
  const stage = pick(
    rng,
    STAGE_IDS.filter((id) => id !== deal.stage),
  )
  await done(users.left.call('PUT', `/v1/deals/${deal.id}`, { stageId: stage }))
  Object.assign(deal, { stage, strayed: 0 })
  tell(`deal ${deal.id} comes into ${STAGES[stage]}`)
}

/** So often, of a hundred, a user does this beside a stage move. */
const CHANCES: readonly (readonly [number, (scene: Scene) => Promise<void>])[] = [
  [14, addInFub],
  [10, completeInFub],
  [12, completeInTodoist],
  [10, addInSection],
  [6, moveToGeneral],
  [6, moveToOtherDeal],
  [4, renameSection],
  [4, renameDeal],
  [5, strayWithSection],
  [4, archiveOrBack],
  [1, takeSectionAway],
  [1, archiveProject],
]

export async function doSomething(scene: Scene): Promise<void> {
  let at = scene.rng() * 100
  for (const [chance, doing] of CHANCES) {
    at -= chance
    if (at < 0) return doing(scene)
  }
}

/** A task of a person with one deal: so that nobody has to ask where it belongs. */
export async function addInFub({ users, book, rng, tell }: Scene): Promise<void> {
  const deal = pick(
    rng,
    book.deals.filter(({ person }) => book.of(person).length === 1),
  )
  const token = book.nextToken()
  const body = { name: `Call ${token}`, personId: deal.person, assignedUserId: 1, type: 'Follow Up' }
  await done(users.left.call('POST', '/v1/tasks', body))
  book.tasks.push({ token, atCrm: true, person: deal.person, deal: deal.id, over: false, lost: false })
  tell(`${token} is added at the CRM for deal ${deal.id}`)
}

async function completeInFub({ users, book, rng, tell }: Scene): Promise<void> {
  const open = (await crmTasks(users)).filter(({ isCompleted }) => isCompleted === 0)
  const task = open.length === 0 ? undefined : pick(rng, open)
  if (task === undefined) return
  await done(users.left.call('PUT', `/v1/tasks/${task.id}`, { isCompleted: 1 }))
  complete(book, task.name)
  tell(`${task.name} is completed at the CRM`)
}

async function completeInTodoist({ users, book, rng, tell }: Scene): Promise<void> {
  const item = one(rng, openItems(await accountOf(users)))
  if (item === undefined) return
  await done(users.right.call('POST', `/api/v1/tasks/${item.id}/close`))
  complete(book, item.content)
  tell(`${item.content} is completed in Todoist`)
}

async function addInSection({ users, book, rng, tell }: Scene): Promise<void> {
  const found = one(rng, dealSections(book, await accountOf(users)))
  if (found === undefined) return
  const token = book.nextToken()
  const body = { content: `Bring ${token}`, section_id: found.section.id }
  if ((await users.right.call('POST', '/api/v1/tasks', body)).status >= 300) return
  const { id, person } = found.deal
  book.tasks.push({ token, atCrm: false, person, deal: id, over: false, lost: false })
  tell(`${token} is added in the section of deal ${id}`)
}

async function moveToGeneral({ users, book, rng, tell }: Scene): Promise<void> {
  const account = await accountOf(users)
  const general = account.projects.find(({ description }) => description.endsWith('/general/1'))
  // One that nobody has seen in its section says no person any more.
  const known = (await crmTasks(users)).map(({ name }) => tokenOf(name))
  const item = one(
    rng,
    filedItems(book, account).filter(({ content }) => known.includes(tokenOf(content))),
  )
  if (general === undefined || item === undefined) return
  const moved = await users.right.call('POST', `/api/v1/tasks/${item.id}/move`, { project_id: general.id })
  if (moved.status >= 300) return
  const task = book.task(tokenOf(item.content))
  if (task !== undefined) task.deal = null
  tell(`${item.content} is moved to General`)
}

/** Between the sections of two deals that one person has. */
async function moveToOtherDeal({ users, book, rng, tell }: Scene): Promise<void> {
  const account = await accountOf(users)
  const sections = dealSections(book, account)
  const ways = filedItems(book, account).flatMap((item) => {
    const task = book.task(tokenOf(item.content))
    return sections.flatMap(({ deal, section }) =>
      task !== undefined && deal.person === task.person && deal.id !== task.deal
        ? [{ item, task, deal, section }]
        : [],
    )
  })
  const way = one(rng, ways)
  if (way === undefined) return
  const body = { section_id: way.section.id }
  if ((await users.right.call('POST', `/api/v1/tasks/${way.item.id}/move`, body)).status >= 300) return
  way.task.deal = way.deal.id
  tell(`${way.item.content} is moved into the section of deal ${way.deal.id}`)
}

async function renameSection({ users, book, rng, tell }: Scene): Promise<void> {
  const found = one(rng, dealSections(book, await accountOf(users)))
  if (found === undefined) return
  const name = `Mine ${Math.floor(rng() * 1000)}`
  await done(users.right.call('POST', `/api/v1/sections/${found.section.id}`, { name }))
  found.deal.named = name
  tell(`the section of deal ${found.deal.id} is called ${name}`)
}

async function renameDeal({ users, book, rng, tell }: Scene): Promise<void> {
  const deal = pick(rng, book.deals)
  const name = `Deal ${deal.id} at ${Math.floor(rng() * 1000)} Elm St`
  await done(users.left.call('PUT', `/v1/deals/${deal.id}`, { name }))
  deal.name = name
  tell(`deal ${deal.id} is renamed`)
}

async function strayWithSection({ users, book, rng, takes, tell }: Scene): Promise<void> {
  const account = await accountOf(users)
  const found = one(rng, dealSections(book, account))
  const others = account.projects.filter(
    ({ id, is_archived, is_deleted, description }) =>
      id !== found?.section.project_id && !is_archived && !is_deleted && description.includes('/stage/'),
  )
  const to = one(rng, others)
  if (found === undefined || to === undefined) return
  const args = { id: found.section.id, project_id: to.id }
  // Whatever becomes of the tasks of one that we move: who drags a section sees it come with its tasks.
  await done(users.right.call('POST', '/__sim/settings', { sectionMoveTakes: 'all' }))
  const { body } = await users.right.call<{ sync_status: Record<string, unknown> }>('POST', '/api/v1/sync', {
    commands: [{ type: 'section_move', uuid: 'user', args }],
  })
  await done(users.right.call('POST', '/__sim/settings', { sectionMoveTakes: takes }))
  if (body.sync_status.user !== 'ok') return
  found.deal.strayed += 1
  tell(`the section of deal ${found.deal.id} is moved to ${to.name}`)
}

/** Deals of which no task is moved by hand: what a move says hangs on whether it was seen before the archive or after. */
async function archiveOrBack({ users, book, rng, tell }: Scene): Promise<void> {
  const deal = pick(rng, book.deals.filter(isArchivable))
  const status = deal.archived ? 'Active' : 'Archived'
  await done(users.left.call('PUT', `/v1/deals/${deal.id}`, { status }))
  deal.archived = !deal.archived
  tell(`deal ${deal.id} is ${status.toLowerCase()}`)
}

async function takeSectionAway({ users, book, rng, tell }: Scene): Promise<void> {
  const account = await accountOf(users)
  const found = one(rng, dealSections(book, account))
  if (found === undefined) return
  const { section, deal } = found
  const deletes = rng() < 0.5
  await (deletes
    ? done(users.right.call('DELETE', `/api/v1/sections/${section.id}`))
    : done(users.right.call('POST', `/api/v1/sections/${section.id}/archive`)))
  lose(book, deal, openItems(account), (item) => item.section_id === section.id)
  tell(`the section of deal ${deal.id} is ${deletes ? 'deleted' : 'archived'}`)
}

async function archiveProject({ users, book, rng, tell }: Scene): Promise<void> {
  const account = await accountOf(users)
  const found = one(rng, dealSections(book, account))
  if (found === undefined) return
  const { project_id } = found.section
  await done(users.right.call('POST', `/api/v1/projects/${project_id}/archive`))
  for (const section of account.sections.filter((row) => row.project_id === project_id)) {
    const deal = book.deals.find(({ id }) => id === dealOfSection(section))
    if (deal !== undefined) lose(book, deal, openItems(account), (item) => item.project_id === project_id)
  }
  tell(`the project of deal ${found.deal.id} is archived`)
}

function lose(
  book: Book,
  deal: DealFacts,
  items: readonly SeenTask[],
  lies: (item: SeenTask) => boolean,
): void {
  deal.lost = true
  for (const item of items.filter(lies)) {
    const task = book.task(tokenOf(item.content))
    if (task !== undefined) task.lost = true
  }
}

export async function crmTasks(users: Users): Promise<CrmTask[]> {
  return (await users.left.call<{ tasks: CrmTask[] }>('GET', '/__sim/state')).body.tasks
}

/** The first deals of a book come and go; of the others tasks are moved by hand. */
function isArchivable({ id }: DealFacts): boolean {
  return id % 4 === 0
}

function complete(book: Book, title: string): void {
  const task = book.task(tokenOf(title))
  if (task !== undefined) task.over = true
}

export function tokenOf(title: string): string {
  return /\bT\d+$/u.exec(title)?.[0] ?? ''
}

function openItems({ items }: Account): SeenTask[] {
  return items.filter((item) => item.is_active && !item.checked && !item.is_deleted)
}

/** Open tasks in the section of a deal that does not come and go. */
function filedItems(book: Book, account: Account): SeenTask[] {
  const sections = new Map(dealSections(book, account).map(({ section, deal }) => [section.id, deal]))
  return openItems(account).filter((item) => {
    const deal = sections.get(item.section_id ?? '')
    const task = book.task(tokenOf(item.content))
    return deal !== undefined && !isArchivable(deal) && task?.deal === deal.id
  })
}

function dealSections(
  book: Book,
  account: Account,
): { readonly section: SeenSection; readonly deal: DealFacts }[] {
  return shownSections(account).flatMap((section) => {
    const deal = book.deals.find(({ id }) => id === dealOfSection(section))
    return deal === undefined || deal.lost || deal.archived ? [] : [{ section, deal }]
  })
}

function one<T>(rng: () => number, from: readonly T[]): T | undefined {
  return from.length === 0 ? undefined : pick(rng, from)
}

async function done(call: Promise<{ readonly status: number; readonly body: unknown }>): Promise<void> {
  const { status, body } = await call
  if (status >= 300) throw new Error(`a user was refused: ${status} ${JSON.stringify(body)}`)
}
