import { dayIn, HOME_ZONE } from '../data/local-time.ts'
import { seesTask } from './access.ts'
import { fail } from './errors.ts'
import { all, commonFilters, type Filter, idList, instant, isDay, span, when } from './filters.ts'
import { type FubTask, type FubUser, stamp, TRASH } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'
import type { Snapshot } from './table.ts'

/** What `fields` accepts on tasks; times are not among it (reference §4). */
export const LISTABLE = [
  'id',
  'name',
  'type',
  'personId',
  'assignedUserId',
  'isCompleted',
  'completed',
  'created',
  'createdBy',
  'updated',
  'updatedBy',
  'dueDate',
]

/** The ids that `ids` or `personId` leaves, from an index, ascending; undefined = all. */
export function narrowTasks(
  query: URLSearchParams,
  rows: Snapshot<FubTask>,
  store: FubStore,
  settings: FubSettings,
): readonly number[] | undefined {
  const ids = settings.get('honourIds') ? idList(query) : undefined
  if (ids !== undefined) return ids
  const personId = query.get('personId')
  if (!personId || !rows.present) return undefined
  return [...(store.tasksOf.get(Number(personId)) ?? [])].sort((a, b) => a - b)
}

/** Whether a key may see a task. With `trashHidesTasks`, people in the trash take theirs out of sight (U15). */
export function isVisible(task: FubTask, user: FubUser, store: FubStore, settings: FubSettings): boolean {
  if (settings.get('trashHidesTasks') && store.people.get(task.personId)?.stage === TRASH) return false
  return seesTask(user, task, store)
}

/** All filters of `GET /tasks` (reference §6.2) that the switches leave in force; undefined = none. */
export function taskFilter(
  query: URLSearchParams,
  store: FubStore,
  settings: FubSettings,
  user: FubUser,
): Filter<FubTask> | undefined {
  const drop = settings.get('dropOffsets')
  const needle = query.get('name')?.toLowerCase()
  const types = query.get('type')?.split(',')
  return all<FubTask>([
    user.role === 'Broker' && !settings.get('trashHidesTasks')
      ? undefined
      : (task) => isVisible(task, user, store, settings),
    ...commonFilters<FubTask>(query, (task) => task.created, settings),
    ...(settings.get('honourUpdatedAfter')
      ? span<FubTask>(query, 'updated', (task) => task.updated, settings)
      : []),
    when(settings.get('honourIds') ? (query.get('ids') ?? query.get('id')) : null, () => {
      const ids = new Set(idList(query))
      return (task) => ids.has(task.id)
    }),
    when(query.get('personId'), (id) => (task) => task.personId === Number(id)),
    when(query.get('assignedUserId'), (id) => (task) => task.assignedUserId === Number(id)),
    when(query.get('assignedTo'), (name) => (task) => task.AssignedTo === name),
    needle ? (task) => task.name.toLowerCase().includes(needle) : undefined,
    types ? (task) => types.includes(task.type) : undefined,
    when(settings.get('honourIsCompleted') ? query.get('isCompleted') : null, (text) => {
      const wanted = text === 'true' || text === '1' ? 1 : 0
      return (task) => task.isCompleted === wanted
    }),
    when(query.get('due'), (word) => dueWord(word, store.clock.now())),
    when(query.get('dueStart'), (text) => dueBound(text, drop, (value, bound) => value >= bound)),
    when(query.get('dueEnd'), (text) => dueBound(text, drop, (value, bound) => value <= bound)),
  ])
}

function dueWord(word: string, now: number): Filter<FubTask> {
  const today = dayIn(HOME_ZONE, now)
  const at = stamp(now)
  if (word === 'today') return (task) => task.dueDate === today
  if (word === 'upcoming') return (task) => task.dueDate !== null && task.dueDate > today
  if (word !== 'overdue') return fail(400, `Invalid value for due: ${word}.`)
  return ({ dueDate, dueDateTime, isCompleted }) =>
    isCompleted === 0 && dueDate !== null && (dueDateTime === null ? dueDate < today : dueDateTime < at)
}

/** Compares days when the bound is a day or the task is all-day, instants otherwise. */
function dueBound(
  text: string,
  drop: boolean,
  holds: (value: string, bound: string) => boolean,
): Filter<FubTask> {
  if (isDay(text)) return (task) => task.dueDate !== null && holds(task.dueDate, text)
  const at = instant(text, drop)
  const day = at.slice(0, 10)
  return ({ dueDate, dueDateTime }) =>
    dueDate !== null && (dueDateTime === null ? holds(dueDate, day) : holds(dueDateTime, at))
}
