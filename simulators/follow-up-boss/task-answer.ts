import type { SimReply } from '../kit/http-types.ts'
import type { FubTask } from './records.ts'
import type { FubSettings } from './settings.ts'
import type { FubStore } from './store.ts'

/** A task as lists give it. `personId` of a task without a person is 0 or absent (reference §6.1). */
export function taskRow(task: FubTask, settings: FubSettings): object {
  if (task.personId !== 0 || settings.get('personless') === 'zero') return task
  const { personId, ...row } = task
  return row
}

/** A task as single answers give it: with its person, and without three fields (reference §6.1). */
export function singleTask(task: FubTask, store: FubStore, settings: FubSettings): object {
  const { externalTaskLink, externalCalendarId, remindSecondsBefore, ...rest } = task
  const row = taskRow(rest as FubTask, settings)
  if (task.personId === 0) return { ...row, person: null }
  return { ...row, person: { id: task.personId, name: store.people.get(task.personId)?.name ?? null } }
}

/** The answer of a POST, which nobody has proven to be what the documentation says (U10). */
export function createdReply(task: FubTask, store: FubStore, settings: FubSettings): SimReply {
  const status = settings.get('postStatus')
  const how = settings.get('postAnswer')
  if (how === 'empty') return { status }
  const { id, ...rest } = singleTask(task, store, settings) as { id: number }
  return { status, body: how === 'no-id' ? rest : { id, ...rest } }
}
