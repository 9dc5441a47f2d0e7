import type { ContainerTarget, WriteOp } from '../contract.ts'
import type { MemoryService, Place } from './service.ts'

/** Where the tasks of these ops go, by their containers' ids; null where one is no more. */
export type Homes = ReadonlyMap<string, Place | null>

/** Finds the containers of ops that put tasks into them, and makes those that are not there, each once under its key. */
export function findHomes(
  service: MemoryService,
  ops: readonly WriteOp[],
): {
  readonly homes: Homes
  /** Remote ids of those that were made or found by their keys, and of those in which they lie. */
  readonly made: ReadonlyMap<string, string>
} {
  const homes = new Map<string, Place | null>()
  const made = new Map<string, string>()
  for (const { container, steps } of ops)
    if (container !== null && steps.some(({ name }) => name === 'create' || name === 'move'))
      homes.set(container.containerId, find(service, container, made))
  return { homes, made }
}

function find(service: MemoryService, target: ContainerTarget, made: Map<string, string>): Place | null {
  const above = target.remoteId === null && target.parent ? find(service, target.parent, made) : undefined
  if (above === null) return null
  const { containerId, kind, key, name, marker } = target
  const remoteId =
    target.remoteId ??
    service.make(key, { kind, name, marker, parent: above?.container ?? null, state: 'active' }).remoteId
  if (target.remoteId === null) made.set(containerId, remoteId)
  return service.placeIn(remoteId)
}
