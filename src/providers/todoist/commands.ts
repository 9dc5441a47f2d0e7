import { v5 } from 'uuid'
import { joinDescription } from '../../core/description-block.ts'
import { markerRow } from '../../core/marker-row.ts'
import { cut, oneLine } from '../../core/normalise.ts'
import type { FieldValues } from '../../core/task.ts'
import type { ContainerTarget, NewContainer, WriteOp, WriteStep } from '../contract.ts'
import type { Command } from './client.ts'
import { invalid } from './errors.ts'
import { encode } from './mapping.ts'

/** Names the temporary ids: the same for every attempt of a command, and apart from its uuid. */
const TEMP_IDS = '3b0f4c1e-6d0b-5c55-9a0c-8d3f1f3a7c21'
/** Help centre's numbers, in code points; of a project the service cuts what is above 255 without a word (reference §14.2). */
const NAME_LIMITS = { project: 120, section: 2048 } as const

/** Code points (reference §14.2). */
const COMMENT_LIMIT = 15_000

export function tempId(key: string): string {
  return v5(key, TEMP_IDS)
}

/** The two sorts of containers that Todoist has. */
export type ContainerKind = keyof typeof NAME_LIMITS

/** The command that makes the project of a write. */
export function containerCommand({ key, name, marker }: ContainerTarget): Command {
  return newContainerCommand('project', { key, name, marker, parent: null })
}

/** The command that makes a container. `parent`: of a section its project, of a project the one above it. */
export function newContainerCommand(
  kind: ContainerKind,
  { key, name, marker, parent }: Omit<NewContainer, 'kind'>,
): Command {
  const above = kind === 'section' ? { project_id: parent } : parent === null ? {} : { parent_id: parent }
  return {
    type: `${kind}_add`,
    uuid: key,
    temp_id: tempId(key),
    args: { name: containerName(kind, name), description: containerDescription('', marker), ...above },
  }
}

export function containerName(kind: ContainerKind, name: string): string {
  return cut(oneLine(name), NAME_LIMITS[kind]) || 'Dealbridge'
}

/** A container's description: the user's own text, then our marker. */
export function containerDescription(text: string, marker: string | null): string {
  return text === '' && marker !== null ? markerRow(marker) : joinDescription(text, [], marker)
}

/**
 * The commands of an op, one for each step, in their order. `project` is the remote or temporary id of the project
 * of a create (null: the Inbox). Throws ProviderError `invalid` on an op that Todoist has no command for.
 */
export function commandsOf(op: WriteOp, project: string | null): Command[] {
  return op.steps.flatMap((step) => [
    ...(step.name === 'delete' ? op.children.map((child) => moveUp(op, step, child)) : []),
    commandOf(op, step, project),
  ])
}

/** The service deletes a task with all that is below it: what is not to be deleted moves to where its parent was. */
function moveUp(op: WriteOp, step: WriteStep, child: string): Command {
  const { parent = null, list = null } = op.before?.task ?? {}
  return { type: 'item_move', uuid: v5(child, step.key), args: { id: child, ...destination(parent, list) } }
}

/** The service takes one destination: a task below another lies where that one does. */
function destination(parent: string | null, list: string | null): Record<string, string | null> {
  return parent !== null ? { parent_id: parent } : { project_id: list }
}

function commandOf(op: WriteOp, step: WriteStep, project: string | null): Command {
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
          ...placeOfNew(step.fields, project),
        },
      }
    case 'fields':
      return { type: 'item_update', uuid: step.key, args: { id, ...encode(step.fields, around) } }
    case 'move': {
      const { parent = null, list = null } = { ...op.before?.task, ...step.fields }
      return { type: 'item_move', uuid: step.key, args: { id, ...destination(parent, list) } }
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

/** `project`: of a container that is made for it; else its own fields say where it goes, and without any the Inbox is it. */
function placeOfNew(
  { list = null, parent = null }: FieldValues,
  project: string | null,
): Record<string, string | null> {
  if (project !== null) return { project_id: project }
  return list === null && parent === null ? {} : destination(parent, list)
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
