import type { Stand } from './stand.ts'

/** A project of the service takes 300 open tasks; a General that Dealbridge fills holds no more than this. */
const PER_PROJECT = 270
const COMMANDS = 100

/** What this benchmark puts into an empty Todoist. */
export interface TodoistBook {
  titles: string[]
}

/**
 * Open tasks in Todoist as an earlier Dealbridge would have left them: in General and its further shards, each for
 * a contact whom a label names, and none of them in Follow Up Boss. `people`: ids of contacts there.
 */
export async function fillTodoist(
  stand: Stand,
  { tasks, people }: { tasks: number; people: readonly number[] },
): Promise<TodoistBook> {
  const account = await accountOf(stand)
  const projects = Array.from({ length: Math.ceil(tasks / PER_PROJECT) }, (_, n) => ({
    type: 'project_add',
    uuid: `bench-project-${n}`,
    temp_id: `project-${n}`,
    args: {
      name: n === 0 ? '📌 General CRM Tasks' : `📌 General CRM Tasks · ${n + 1}`,
      description: `dealbridge: follow-up-boss/${account}/general/${n + 1}`,
    },
  }))
  const made = await sync(stand, projects)
  const titles = Array.from({ length: tasks }, (_, n) => `Follow up on lead ${n + 1}`)
  const items = titles.map((content, n) => ({
    type: 'item_add',
    uuid: `bench-item-${n}`,
    temp_id: `item-${n}`,
    args: {
      content,
      project_id: made[`project-${Math.floor(n / PER_PROJECT)}`],
      labels: [`person-${people[n % people.length]}`],
      ...(n % 2 === 0 ? { due: { date: `2027-0${1 + (n % 9)}-1${n % 10}` } } : {}),
    },
  }))
  for (let at = 0; at < items.length; at += COMMANDS) await sync(stand, items.slice(at, at + COMMANDS))
  return { titles }
}

async function sync(stand: Stand, commands: readonly object[]): Promise<Record<string, string>> {
  const answer = await stand.todoist.asUser('POST', '/api/v1/sync', { commands })
  const { sync_status: status, temp_id_mapping: made } = answer as {
    sync_status: Record<string, unknown>
    temp_id_mapping: Record<string, string>
  }
  const refused = Object.values(status).find((one) => one !== 'ok')
  if (refused !== undefined)
    throw new Error(`the simulated Todoist refused a command: ${JSON.stringify(refused)}`)
  return made
}

async function accountOf({ followUpBoss }: Stand): Promise<string> {
  const answer = await followUpBoss.asUser('GET', '/v1/identity')
  return String((answer as { account: { id: number } }).account.id)
}
