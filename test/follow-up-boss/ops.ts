import { BLANK_TASK, type FieldValues } from '../../src/core/task.ts'
import type { RemoteTask, WriteOp } from '../../src/providers/contract.ts'

const OP: WriteOp = {
  opId: 'op-1',
  verb: 'create',
  remoteId: null,
  before: null,
  person: '5001',
  children: [],
  marker: null,
  beside: null,
  container: null,
  steps: [],
  zone: 'America/New_York',
}

/** A create of one task for person 5001, with a title of its own by default. */
export function createOp(changes: Partial<WriteOp> & { fields?: FieldValues }): WriteOp {
  const { fields = { title: 'Call about inspection' }, ...rest } = changes
  return {
    ...OP,
    ...rest,
    steps: [{ name: 'create', key: 'key-create', fields: { ...BLANK_TASK, ...fields } }],
  }
}

/** Steps by name, in the order given, on task 4066. */
export function updateOp(changes: {
  remoteId?: string
  before?: RemoteTask | null
  steps: Readonly<Record<string, FieldValues>>
}): WriteOp {
  const { remoteId = '4066', before = null } = changes
  const steps = Object.entries(changes.steps).map(([name, fields]) => ({ name, key: `key-${name}`, fields }))
  return { ...OP, verb: 'update', remoteId, before, steps }
}

export function deleteOp(remoteId = '4066'): WriteOp {
  return { ...OP, verb: 'delete', remoteId, steps: [{ name: 'delete', key: 'key-delete', fields: {} }] }
}
