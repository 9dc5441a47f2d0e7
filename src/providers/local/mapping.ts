import type { LocalList, LocalTask } from '../../core/local-task.ts'
import { labelSet } from '../../core/normalise.ts'
import type { FieldValues } from '../../core/task.ts'
import type { Observation, RemoteContainer, RemoteTask } from '../contract.ts'
import { keep } from './keep.ts'
import type { LocalLook, LocalValues } from './store.ts'

/** A change's number, made to sort as text. */
const SEQ_DIGITS = 19

export function observe(look: LocalLook): Observation {
  const { id: remoteId, task } = look
  if (task === null) return { kind: 'gone', remoteId, certain: look.purged }
  if (task.deletedAt !== null) return { kind: 'gone', remoteId, certain: true }
  return { kind: 'present', remoteId, seen: decode(task) }
}

export function decode(task: LocalTask): RemoteTask {
  const { title, notes, due, start, priority, labels, type, status } = task
  return {
    task: {
      title,
      notes,
      due,
      start,
      recurrence: null,
      priority,
      labels,
      type,
      completed: status === 'done',
      assignee: null,
      list: task.list,
      parent: task.parent,
    },
    version: task.changedSeq.padStart(SEQ_DIGITS, '0'),
    container: task.list,
    person: null,
    marker: task.marker,
    madeBy: task.createdBy,
    assignedTo: null,
    madeAt: task.createdAt,
    recurs: false,
    completions: 0,
    // An archived task is one that its user has taken out of every sync, and may give back.
    flags: task.archivedAt === null ? task.flags : labelSet([...task.flags, 'no-sync']),
    block: task.block,
    extra: {},
  }
}

export function decodeList({ id, name, marker, archivedAt, deletedAt }: LocalList): RemoteContainer {
  const state = deletedAt !== null ? 'gone' : archivedAt !== null ? 'archived' : 'active'
  return { remoteId: id, kind: 'list', name, parent: null, state, marker }
}

/** A list that was purged: nothing else is known of it. */
export function goneList(remoteId: string): RemoteContainer {
  return { remoteId, kind: 'list', name: '', parent: null, state: 'gone', marker: null }
}

/** Those of the fields that our store holds, as it keeps them. */
export function encode(fields: FieldValues): Pick<LocalValues, 'content' | 'completed'> {
  const { title, notes, due, start, priority, labels, type, completed } = fields
  return {
    content: {
      ...(title === undefined ? {} : { title: keep('title', title) }),
      ...(notes === undefined ? {} : { notes: keep('notes', notes) }),
      ...(due === undefined ? {} : { due }),
      ...(start === undefined ? {} : { start }),
      ...(priority === undefined ? {} : { priority }),
      ...(labels === undefined ? {} : { labels: keep('labels', labels) }),
      ...(type === undefined ? {} : { type }),
    },
    ...(completed === undefined ? {} : { completed }),
  }
}
