import { NOTHING_BESIDE } from '../../core/beside.ts'
import type { FieldValues } from '../../core/task.ts'
import type { ContainerTarget, WriteOp } from '../contract.ts'
import { keepName } from './containers.ts'
import { wasEdited } from './edited-meanwhile.ts'
import { keep } from './keep.ts'
import { decode, encode } from './mapping.ts'
import type { LocalTarget, LocalValues, LocalWrite } from './store.ts'

/** An op in the store's words. An id that is missing is one that nothing has. */
export function toWrite(op: WriteOp): LocalWrite {
  const fields: FieldValues = Object.assign({}, ...op.steps.map((step) => step.fields))
  const values = valuesOf(op, fields)
  switch (op.verb) {
    case 'create':
      return {
        verb: 'create',
        key: op.steps[0]?.key ?? op.opId,
        title: values.content.title ?? keep('title', ''),
        list: targetOf(op.container) ?? (fields.list ? { id: fields.list } : null),
        parent: fields.parent ?? null,
        values,
      }
    case 'update':
      return {
        verb: 'update',
        id: op.remoteId ?? '',
        move: op.steps.some(({ name }) => name === 'move') ? moveOf(op, fields) : null,
        values,
        isOvertaken: (now) => wasEdited(op, withPlace(op, fields), decode(now)),
      }
    case 'delete':
      return {
        verb: 'delete',
        id: op.remoteId ?? '',
        isOvertaken: (now) => wasEdited(op, fields, decode(now)),
      }
  }
}

function moveOf(
  { container }: WriteOp,
  { list, parent }: FieldValues,
): Extract<LocalWrite, { verb: 'update' }>['move'] {
  const into = targetOf(container)
  if (into !== null) return { parent: null, list: into }
  return {
    ...(parent === undefined ? {} : { parent }),
    ...(list === undefined || list === null ? {} : { list: { id: list } }),
  }
}

function valuesOf(op: WriteOp, fields: FieldValues): LocalValues {
  const comments = op.steps.find(({ name }) => name === 'comment')
  const { block, flags, tables = NOTHING_BESIDE.flags, comment, bare } = op.beside ?? NOTHING_BESIDE
  // What goes beside the fields goes in the first step; a comment, which has its own, carries nothing.
  const first = op.steps[0] !== comments
  const { content, ...completed } = encode(fields)
  return {
    ...completed,
    content: {
      ...content,
      ...(first && op.marker !== null ? { marker: op.marker } : {}),
      ...(first && block !== null ? { block } : {}),
      ...(first && bare !== undefined ? { marker: null, block: [] } : {}),
    },
    flags: first ? flags : NOTHING_BESIDE.flags,
    tables: first ? tables : NOTHING_BESIDE.flags,
    comment: comments === undefined || comment === null ? null : { ...comment, key: comments.key },
    uncomment: comments === undefined ? null : (bare?.comment ?? null),
  }
}

/** As fields the place to which the op moves its task. A list that is yet to be made is none in which it may lie already. */
function withPlace({ container, steps }: WriteOp, fields: FieldValues): FieldValues {
  const moves = container !== null && steps.some(({ name }) => name === 'move')
  return moves ? { ...fields, list: container.remoteId ?? container.key } : fields
}

function targetOf(container: ContainerTarget | null): LocalTarget | null {
  if (container === null) return null
  const { remoteId, key, name, marker } = container
  return remoteId === null ? { key, name: keepName(name), marker } : { id: remoteId }
}
