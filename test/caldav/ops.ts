import { randomUUID } from 'node:crypto'
import type { FieldValues } from '../../src/core/task.ts'
import type { RemoteTask, WriteOp, WriteResult } from '../../src/providers/contract.ts'
import type { Account } from './account.ts'

/** An edit of what `before` shows; the completion in a step of its own. */
export function updateOp(remoteId: string, before: RemoteTask, fields: FieldValues): WriteOp {
  const { completed, ...others } = fields
  const step = (name: string, carried: FieldValues) => ({ name, key: randomUUID(), fields: carried })
  return {
    ...BLANK,
    opId: randomUUID(),
    verb: 'update',
    remoteId,
    before,
    steps: [
      ...(Object.keys(others).length > 0 ? [step('fields', others)] : []),
      ...(completed === undefined ? [] : [step('completion', { completed })]),
    ],
  }
}

export function createOp(fields: FieldValues, changes: Partial<WriteOp> = {}): WriteOp {
  const steps = [{ name: 'create', key: randomUUID(), fields }]
  return { ...BLANK, opId: randomUUID(), verb: 'create', remoteId: null, before: null, steps, ...changes }
}

export function deleteOp(remoteId: string, before: RemoteTask | null): WriteOp {
  const steps = [{ name: 'delete', key: randomUUID(), fields: {} }]
  return { ...BLANK, opId: randomUUID(), verb: 'delete', remoteId, before, steps }
}

const BLANK = {
  person: null,
  children: [],
  marker: null,
  beside: null,
  container: null,
  parent: null,
  zone: 'Europe/Berlin',
} as const

export async function writeOne({ provider, connect }: Account, op: WriteOp): Promise<WriteResult> {
  const [result] = (await provider.write(connect(), [op])).results
  if (result === undefined) throw new Error('A write without a result')
  return result
}

export function outcomes({ steps }: WriteResult): string[] {
  return steps.map(({ outcome }) => outcome)
}

export async function look({ provider, connect }: Account, id: string): Promise<RemoteTask> {
  const { observations } = await provider.read(connect(), [id])
  const [one] = observations
  if (one?.kind !== 'present') throw new Error(`The task is ${one?.kind ?? 'not shown'}`)
  return one.seen
}
