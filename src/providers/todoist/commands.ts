import { v5 } from 'uuid'
import { cut } from '../../core/normalise.ts'
import type { FieldValues } from '../../core/task.ts'
import type { RemoteTask, WriteOp, WriteStep } from '../contract.ts'
import type { Command } from './client.ts'
import { tempId } from './container-commands.ts'
import { invalid } from './errors.ts'
import type { Home } from './homes.ts'
import { encode } from './mapping.ts'

/** Code points (reference §14.2). */
const COMMENT_LIMIT = 15_000

/**
 * The commands of an op, one for each step, in their order. `home`: into which container it goes; null where its fields
 * say that, or nothing does (a new task goes to the Inbox). Throws ProviderError `invalid` on an op that Todoist has no
 * command for.
 */
export function commandsOf(op: WriteOp, home: Home | null): Command[] {
  return op.steps.flatMap((step) => [
    ...(step.name === 'delete' ? op.children.map((child) => moveUp(op, step, child)) : []),
    commandOf(op, step, home),
  ])
}

/** The service deletes a task with all that is below it: what is not to be deleted moves to where its parent was. */
function moveUp(op: WriteOp, step: WriteStep, child: string): Command {
  const args = { id: child, ...destination(placeOf(op.before)) }
  return { type: 'item_move', uuid: v5(child, step.key), args }
}

/** A place in the service's words, each of which says more than the next one. */
type Place = { readonly parent: string | null; readonly section: string | null; readonly list: string | null }

function placeOf(seen: RemoteTask | null): Place {
  if (seen === null) return { parent: null, section: null, list: null }
  const { list, parent } = seen.task
  return { parent, section: seen.container === list ? null : seen.container, list }
}

/** The service takes one destination: a task below another lies where that one does, and a section in its project. */
function destination({ parent, section, list }: Place): Record<string, string | null> {
  if (parent !== null) return { parent_id: parent }
  return section !== null ? { section_id: section } : { project_id: list }
}

function intoHome({ kind, id }: Home): Record<string, string> {
  return kind === 'section' ? { section_id: id } : { project_id: id }
}

/** One that is moved to another list leaves its section; one that leaves its parent stays in it. */
function destinationOf({ before }: WriteOp, { list, parent }: FieldValues): Record<string, string | null> {
  const there = placeOf(before)
  return destination({
    parent: parent === undefined ? there.parent : parent,
    section: list === undefined ? there.section : null,
    list: list === undefined ? there.list : list,
  })
}

function commandOf(op: WriteOp, step: WriteStep, home: Home | null): Command {
  const create = op.steps.find((other) => other.name === 'create')
  const id = op.remoteId ?? (create === undefined ? null : tempId(create.key))
  if (id === null) throw invalid(`An ${op.verb} of a Todoist task needs the task's id.`)
  const around = { before: op.before, marker: op.marker, beside: op.beside, zone: op.zone }
  switch (step.name) {
    case 'create':
      return {
        type: 'item_add',
        uuid: step.key,
        temp_id: tempId(step.key),
        args: {
          ...encode(step.fields, { ...around, before: null }),
          ...(home === null ? placeOfNew(step.fields) : intoHome(home)),
        },
      }
    case 'fields':
      return { type: 'item_update', uuid: step.key, args: { id, ...encode(step.fields, around) } }
    case 'move': {
      const to = home === null ? destinationOf(op, step.fields) : intoHome(home)
      return { type: 'item_move', uuid: step.key, args: { id, ...to } }
    }
    case 'completion':
      // Never item_complete: it ends a recurring task instead of moving it on.
      return {
        type: step.fields.completed === true ? 'item_close' : 'item_uncomplete',
        uuid: step.key,
        args: { id },
      }
    case 'comment':
      return commentCommand(op, step, id)
    case 'delete':
      return { type: 'item_delete', uuid: step.key, args: { id } }
    default:
      throw invalid(`Todoist has no write step named ${step.name}.`)
  }
}

/** Its own fields say where it goes, and without any the Inbox is it. */
function placeOfNew({ list = null, parent = null }: FieldValues): Record<string, string | null> {
  return list === null && parent === null ? {} : destination({ parent, section: null, list })
}

/** The id that a new comment gets comes back under the temporary one. */
function commentCommand({ beside }: WriteOp, step: WriteStep, itemId: string): Command {
  const taken = beside?.bare?.comment ?? null
  if (taken !== null) return { type: 'note_delete', uuid: step.key, args: { id: taken } }
  const comment = beside?.comment ?? null
  if (comment === null) throw invalid('A comment on a Todoist task needs its text.')
  const content = cut(comment.text, COMMENT_LIMIT)
  return comment.id === null
    ? {
        type: 'note_add',
        uuid: step.key,
        temp_id: tempId(step.key),
        args: { item_id: itemId, content },
      }
    : { type: 'note_update', uuid: step.key, args: { id: comment.id, content } }
}
