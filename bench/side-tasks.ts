import { z } from 'zod'

/** A task as one simulated account holds it. */
export interface SideTask {
  id: string
  title: string
  done: boolean
  /** `2026-11-21` all day, `2026-11-21T15:00` an instant in UTC, `at 15:00 …` a time without zone, `never`. */
  due: string
}

const followUpBossState = z.object({
  tasks: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      isCompleted: z.union([z.literal(0), z.literal(1)]),
      assignedUserId: z.number(),
      dueDate: z.string().nullable(),
      dueDateTime: z.string().nullable(),
    }),
  ),
})

const todoistState = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      content: z.string(),
      checked: z.boolean(),
      is_deleted: z.boolean(),
      due: z.object({ date: z.string() }).nullable(),
    }),
  ),
})

/** The account whose key is used is user 1's, and only its tasks are synced. */
const USER = 1

export function followUpBossTasks(state: unknown): SideTask[] {
  return followUpBossState
    .parse(state)
    .tasks.filter((task) => task.assignedUserId === USER)
    .map(({ id, name, isCompleted, dueDate, dueDateTime }) => ({
      id: String(id),
      title: name,
      done: isCompleted === 1,
      due: dueDateTime === null ? (dueDate ?? 'never') : instant(dueDateTime),
    }))
}

export function todoistTasks(state: unknown): SideTask[] {
  return todoistState
    .parse(state)
    .items.filter((item) => !item.is_deleted)
    .map(({ id, content, checked, due }) => ({ id, title: content, done: checked, due: dueOf(due) }))
}

function dueOf(due: { date: string } | null): string {
  if (due === null) return 'never'
  if (!due.date.includes('T')) return due.date
  return /(Z|[+-]\d{2}:?\d{2})$/i.test(due.date) ? instant(due.date) : `at ${due.date}`
}

function instant(text: string): string {
  return new Date(Date.parse(text)).toISOString().slice(0, 16)
}
