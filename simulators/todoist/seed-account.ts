import { Temporal } from 'temporal-polyfill'
import type { TodoistSeed } from '../data/todoist-rows.ts'
import type { Account } from './state.ts'
import { completeItem } from './state-completion.ts'
import { addItem } from './state-items.ts'
import { addLabel } from './state-labels.ts'
import { addInbox, addProject } from './state-projects.ts'
import { addSection } from './state-sections.ts'

/** Fills a new account: the Inbox, and what the seed holds, due dates relative to the account's today. */
export function seedAccount(account: Account, seed: TodoistSeed): void {
  addInbox(account)
  const projects = new Map([['inbox', account.inboxId]])
  for (const { key, name, sections } of seed.projects) {
    const project = addProject(account, { name })
    projects.set(key, project.id)
    for (const section of sections) addSection(account, { name: section, project_id: project.id })
  }
  for (const name of seed.labels) addLabel(account, { name })
  const today = Temporal.Instant.fromEpochMilliseconds(Math.floor(account.options.now()))
    .toZonedDateTimeISO(account.settings.timezone)
    .toPlainDate()
  for (const task of seed.tasks) {
    const day = task.dueInDays === undefined ? undefined : today.add({ days: task.dueInDays }).toString()
    const date = day === undefined || task.dueTime === undefined ? day : `${day}T${task.dueTime}:00`
    const item = addItem(account, {
      content: task.content,
      project_id: projects.get(task.project),
      labels: task.labels,
      priority: task.priority,
      ...(date === undefined ? {} : { due: { date } }),
    })
    if (task.done === true) completeItem(account, item.id)
  }
}
