import type { ContainerTarget, WriteOp } from '../contract.ts'
import type { Command } from './client.ts'
import { type ContainerKind, kindOf, newContainerCommand, tempId } from './container-commands.ts'

/* The containers that tasks are put into, and that may have to be made in the same request. */

/** Remote ids of containers that were made, by their keys. */
export type KnownHomes = ReadonlyMap<string, string>

/** Where a task goes. `id`: remote, or temporary where the container is made by the same request. */
export type Home = { readonly kind: ContainerKind; readonly id: string }

/** Steps that put a task into the container of its op. */
export function isPlacing({ name }: { readonly name: string }): boolean {
  return name === 'create' || name === 'move'
}

/** Where an op's task goes, when the op puts it into a container. Throws `invalid` on one that Todoist does not have. */
export function homeOf({ container }: WriteOp, known: KnownHomes): Home | null {
  return container === null ? null : { kind: kindOf(container), id: idOf(container, known) }
}

/** The containers of an op that had no id when it was written down, from the outermost: none lies in one behind it. */
export function idlessHomes({ container, steps }: WriteOp): ContainerTarget[] {
  const all: ContainerTarget[] = []
  if (steps.some(isPlacing))
    for (let one = container; one !== null && one.remoteId === null; one = one.parent) all.unshift(one)
  return all
}

/** Those of them that are still to be made: what lies in a known one is made there, whatever that lies in. */
export function homesToMake(op: WriteOp, known: KnownHomes): ContainerTarget[] {
  const all = idlessHomes(op)
  return all.slice(all.findLastIndex(({ key }) => known.has(key)) + 1)
}

export function homeCommand(
  { kind, key, name, marker, link, parent }: ContainerTarget,
  known: KnownHomes,
): Command {
  return newContainerCommand({
    kind,
    key,
    name,
    marker,
    link,
    parent: parent === null ? null : idOf(parent, known),
  })
}

function idOf({ remoteId, key }: ContainerTarget, known: KnownHomes): string {
  return remoteId ?? known.get(key) ?? tempId(key)
}
