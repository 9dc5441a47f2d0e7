import type { Connection, ContainerRef, Containers, RemoteContainer } from '../contract.ts'
import { begin, call, type MemoryOptions, trouble } from './call.ts'

/** The contract's `containers`. A project moves below a project, a section below a project. */
export function containersOf(options: MemoryOptions): Containers {
  const { kind, service } = options
  /** One changing call: a lost reply leaves its outcome open. */
  const doing = async (connection: Connection, work: () => RemoteContainer): Promise<RemoteContainer> => {
    const { lost } = await begin(options, 'containers', connection)
    const container = work()
    if (lost) throw trouble(kind, 'ambiguous-write')
    return container
  }
  const changed = (which: ContainerRef, change: Partial<RemoteContainer>): RemoteContainer => {
    const after = service.change(which, change)
    if (after === undefined) throw trouble(kind, 'gone')
    return after
  }
  return {
    kinds: ['project', 'section'],
    moves: true,
    archives: true,
    list: (connection) =>
      call(options, 'containers', connection, () => ({
        containers: [...service.containers.values()].filter((one) => one.state === 'active'),
      })),
    create: (connection, { key, ...wanted }) =>
      doing(connection, () => {
        const remoteId = service.container(key)
        const known = service.containers.get(remoteId)
        const made: RemoteContainer = known ?? { ...wanted, remoteId, state: 'active' }
        service.containers.set(remoteId, made)
        return made
      }),
    update: (connection, which, { name, marker }) =>
      doing(connection, () =>
        changed(which, {
          ...(name === undefined ? {} : { name }),
          ...(marker === undefined ? {} : { marker }),
        }),
      ),
    move: (connection, which, parent) =>
      doing(connection, () => {
        if (!service.containers.has(parent)) throw trouble(kind, 'gone')
        return changed(which, { parent })
      }),
    archive: (connection, which, archived) =>
      doing(connection, () => changed(which, { state: archived ? 'archived' : 'active' })),
    async removeEmpty(connection, { remoteId }) {
      const { lost } = await begin(options, 'containers', connection)
      const used =
        service.alive().some(({ container, task }) => container === remoteId || task.list === remoteId) ||
        [...service.containers.values()].some(({ parent }) => parent === remoteId)
      if (!used) service.containers.delete(remoteId)
      if (lost) throw trouble(kind, 'ambiguous-write')
      return !used
    },
  }
}
