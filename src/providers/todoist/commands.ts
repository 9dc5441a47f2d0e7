import { v5 } from 'uuid'
import { cut, oneLine } from '../../core/normalise.ts'
import type { ContainerTarget, WriteOp, WriteStep } from '../contract.ts'
import type { Command } from './client.ts'
import { invalid } from './errors.ts'
import { encode } from './mapping.ts'

/** Names the temporary ids: the same for every attempt of a command, and apart from its uuid. */
const TEMP_IDS = '3b0f4c1e-6d0b-5c55-9a0c-8d3f1f3a7c21'
/** Help centre's number, in code points; above 255 the service cuts without a word. */
const PROJECT_NAME_LIMIT = 120

export function tempId(key: string): string {
  return v5(key, TEMP_IDS)
}

/** The command that makes a container. Its description is its marker. */
export function containerCommand(target: ContainerTarget): Command {
  return {
    type: 'project_add',
    uuid: target.key,
    temp_id: tempId(target.key),
    args: {
      name: cut(oneLine(target.name), PROJECT_NAME_LIMIT) || 'Dealbridge',
      description: `dealbridge: ${target.marker}`,
    },
  }
}

/**
 * The commands of an op, one for each step, in their order. `project` is the remote or temporary id of the project
 * of a create (null: the Inbox). Throws ProviderError `invalid` on an op that Todoist has no command for.
 */
export function commandsOf(op: WriteOp, project: string | null): Command[] {
  return op.steps.map((step) => commandOf(op, step, project))
}

function commandOf(op: WriteOp, step: WriteStep, project: string | null): Command {
  const create = op.steps.find((other) => other.name === 'create')
  const id = op.remoteId ?? (create === undefined ? null : tempId(create.key))
  if (id === null) throw invalid(`An ${op.verb} of a Todoist task needs the task's id.`)
  const around = { before: op.before, marker: op.marker, zone: op.zone }
  switch (step.name) {
    case 'create':
      return {
        type: 'item_add',
        uuid: step.key,
        temp_id: tempId(step.key),
        args: {
          ...encode(step.fields, { ...around, before: null }),
          ...(project === null ? {} : { project_id: project }),
        },
      }
    case 'fields':
      return { type: 'item_update', uuid: step.key, args: { id, ...encode(step.fields, around) } }
    case 'completion':
      // Never item_complete: it ends a recurring task instead of moving it on.
      return {
        type: step.fields.completed === true ? 'item_close' : 'item_uncomplete',
        uuid: step.key,
        args: { id },
      }
    case 'delete':
      return { type: 'item_delete', uuid: step.key, args: { id } }
    default:
      throw invalid(`Todoist has no write step named ${step.name}.`)
  }
}
