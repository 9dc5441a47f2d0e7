import { randomUUID } from 'node:crypto'
import type { FieldValues } from '../../src/core/task.ts'
import type { ContainerTarget, RemoteTask, WriteOp, WriteStep } from '../../src/providers/contract.ts'

const ZONE = 'America/New_York'

export function step(name: string, fields: FieldValues = {}): WriteStep {
  return { name, key: randomUUID(), fields }
}

export function createOp(
  fields: FieldValues,
  options: { marker?: string; container?: ContainerTarget; completed?: boolean } = {},
): WriteOp {
  const id = randomUUID()
  return {
    opId: id,
    verb: 'create',
    remoteId: null,
    before: null,
    person: null,
    children: [],
    marker: options.marker ?? `follow-up-boss/task/${id}`,
    beside: null,
    container: options.container ?? null,
    steps: [
      step('create', fields),
      ...(options.completed === true ? [step('completion', { completed: true })] : []),
    ],
    zone: ZONE,
  }
}

export function updateOp(remoteId: string, before: RemoteTask | null, steps: readonly WriteStep[]): WriteOp {
  const verb = steps[0]?.name === 'delete' ? 'delete' : 'update'
  const marker = before?.marker ?? null
  return {
    opId: randomUUID(),
    verb,
    remoteId,
    before,
    person: null,
    children: [],
    marker,
    beside: null,
    container: null,
    steps,
    zone: ZONE,
  }
}

/** An edit that puts a task into a container; `around`: steps before and behind that. */
export function moveOp(
  remoteId: string,
  before: RemoteTask,
  container: ContainerTarget,
  around: { before?: WriteStep; behind?: WriteStep } = {},
): WriteOp {
  const steps = [around.before, step('move'), around.behind].filter((one) => one !== undefined)
  return { ...updateOp(remoteId, before, steps), container }
}

export function newProject(name = 'Dealbridge · General'): ContainerTarget {
  const containerId = randomUUID()
  return {
    containerId,
    remoteId: null,
    kind: 'project',
    key: randomUUID(),
    name,
    marker: `follow-up-boss/${containerId}/general/1`,
    link: null,
    parent: null,
  }
}

export function newSection(parent: ContainerTarget, name = 'Baker — 123 Main St'): ContainerTarget {
  const containerId = randomUUID()
  return {
    containerId,
    remoteId: null,
    kind: 'section',
    key: randomUUID(),
    name,
    marker: `deal:${containerId}`,
    link: null,
    parent,
  }
}
