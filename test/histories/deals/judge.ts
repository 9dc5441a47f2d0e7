import {
  type Account,
  type Book,
  CLOSED,
  type CrmTask,
  type DealFacts,
  dealOfSection,
  type SeenSection,
  STAGES,
  shownSections,
  type TaskFacts,
} from './book.ts'
import { tokenOf } from './doings.ts'

/** A question that a person has not answered: which of these tasks of the CRM (`candidates`, ids) is the one of `tokens`. */
export type Question = { readonly tokens: readonly string[]; readonly candidates: readonly string[] }

const TASKS_OF_A_SECTION = 12
const LIMITS = { sections: 5, tasks: 15 }

/** What must be at the end, from what people did at both services. Sentences, one for each broken rule. */
export function judge(
  book: Book,
  account: Account,
  crm: readonly CrmTask[],
  questions: readonly Question[],
): string[] {
  const sections = shownSections(account)
  const asked = new Set(
    questions.flatMap(({ tokens, candidates }) => [
      ...tokens,
      ...crm.filter(({ id }) => candidates.includes(String(id))).map(({ name }) => tokenOf(name)),
    ]),
  )
  const judged = book.tasks.filter(({ token }) => !asked.has(token))
  return [
    ...judged.flatMap((task) => judgeTask(task, book, account, sections, crm)),
    ...book.deals
      .filter(({ lost }) => !lost)
      .flatMap((deal) => judgeDeal(deal, book, account, sections, asked)),
    ...judgeProjects(account, sections),
    ...strangers(book, account, crm),
  ]
}

/** Each task is there once on each side, open or completed on both, and lies where it belongs. */
function judgeTask(
  task: TaskFacts,
  book: Book,
  account: Account,
  sections: readonly SeenSection[],
  crm: readonly CrmTask[],
): string[] {
  const { token } = task
  const there = crm.filter(({ name }) => tokenOf(name) === token)
  const [left] = there
  // Completed, or taken away with its section, before anybody has seen it: it is nobody’s business.
  if (left === undefined && !task.atCrm && (task.over || task.lost)) return []
  if (left === undefined || there.length > 1) return [`${token} is ${there.length} times at the CRM`]
  const wrong: string[] = []
  if ((left.isCompleted === 1) !== task.over)
    wrong.push(`${token} is ${task.over ? 'open' : 'completed'} at the CRM`)
  if (left.personId !== task.person) wrong.push(`${token} is another person’s at the CRM`)
  if (task.lost) return wrong
  const items = account.items.filter(({ content, is_deleted }) => !is_deleted && tokenOf(content) === token)
  const open = items.filter(({ checked }) => !checked)
  if (task.over) return [...wrong, ...(open.length > 0 ? [`${token} is open in Todoist`] : [])]
  const [item] = open
  if (item === undefined || items.length > 1)
    return [...wrong, `${token} is ${items.length} times in Todoist`]
  if (!item.is_active) return [...wrong, `${token} is hidden in an archive`]
  const deal = task.deal === null ? null : book.deal(task.deal)
  const section = sections.find(({ id }) => id === item.section_id)
  const project = account.projects.find(({ id }) => id === item.project_id)
  if (deal === null || deal.archived) {
    if (!(project?.description ?? '').includes('/general/')) wrong.push(`${token} is not in General`)
  } else if (section === undefined || dealOfSection(section) !== deal.id)
    wrong.push(
      `${token} is not in the section of deal ${deal.id}, but in ${project?.name} / ${section?.name}`,
    )
  return wrong
}

/**
 * Its sections lie in the projects of its stage, under their names, and none is empty beside another. `asked`: tokens of tasks about
 * which a person is asked. Until he answers such a task stays where it is, and an archive would hide it.
 */
function judgeDeal(
  deal: DealFacts,
  book: Book,
  account: Account,
  sections: readonly SeenSection[],
  asked: ReadonlySet<string>,
): string[] {
  const own = sections.filter((section) => dealOfSection(section) === deal.id)
  const tasks = book.tasks.filter((task) => task.deal === deal.id && !task.over && !task.lost)
  const wrong: string[] = []
  const stage = STAGES[deal.stage] ?? ''
  const rests = deal.archived || (deal.stage === CLOSED && tasks.length === 0)
  const holdsAsked = account.items.some(
    (item) =>
      item.is_active && asked.has(tokenOf(item.content)) && own.some(({ id }) => id === item.section_id),
  )
  if (rests && own.length > 0)
    return holdsAsked ? [] : [`the section of deal ${deal.id} is not in the archive`]
  for (const { id, name, project_id } of own) {
    const project = account.projects.find((one) => one.id === project_id)
    // Moved back once for each stage, and then left.
    const lies = project !== undefined && (project.name === stage || project.name.startsWith(`${stage} · `))
    if (!lies && deal.strayed < 2)
      wrong.push(`deal ${deal.id} is in ${stage}, and its section in ${project?.name}`)
    if (own.length > 1 && !account.items.some((item) => item.section_id === id && item.is_active))
      wrong.push(`deal ${deal.id} has an empty section beside another`)
    if (deal.named === null && !name.includes(deal.name))
      wrong.push(`the section of deal ${deal.id} is called ${name}`)
  }
  if (deal.named !== null && own.length > 0 && !own.some(({ name }) => name === deal.named))
    wrong.push(`the section of deal ${deal.id} has lost its user’s name`)
  if (own.length > Math.max(1, Math.ceil(tasks.length / TASKS_OF_A_SECTION)))
    wrong.push(`deal ${deal.id} has ${own.length} sections for ${tasks.length} tasks`)
  return wrong
}

/** No project is over a limit, and none is there twice. */
function judgeProjects({ projects, items }: Account, sections: readonly SeenSection[]): string[] {
  const shown = projects.filter(({ is_archived, is_deleted }) => !is_archived && !is_deleted)
  return shown.flatMap(({ id, name, description }) => {
    const inside = sections.filter(({ project_id }) => project_id === id).length
    const tasks = items.filter((item) => item.project_id === id && item.is_active && !item.checked).length
    const twins = shown.filter((one) => description !== '' && one.description === description).length
    const further = / · \d+$/u.test(name)
    return [
      ...(inside > LIMITS.sections || tasks > LIMITS.tasks
        ? [`${name} holds ${inside} sections and ${tasks} tasks`]
        : []),
      ...(twins > 1 ? [`${name} is there ${twins} times`] : []),
      ...(further && inside + tasks === 0 && emptyTwins(name, shown, sections) > 1
        ? [`${name} is empty`]
        : []),
    ]
  })
}

/** One empty project is kept where no other has room for the next deal. */
function emptyTwins(name: string, shown: Account['projects'], sections: readonly SeenSection[]): number {
  const stage = name.replace(/ · \d+$/u, '')
  return shown.filter(
    (one) => one.name.startsWith(`${stage} · `) && !sections.some(({ project_id }) => project_id === one.id),
  ).length
}

/** What nobody has made. */
function strangers(book: Book, { items }: Account, crm: readonly CrmTask[]): string[] {
  const names = [...crm.map(({ name }) => name), ...items.map(({ content }) => content)]
  return names
    .filter((name) => book.task(tokenOf(name)) === undefined)
    .map((name) => `nobody has made ${name}`)
}
