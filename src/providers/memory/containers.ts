import type { Connection, ContainerRef, Containers, RemoteContainer } from '../contract.ts'
import { begin, call, type MemoryOptions, trouble } from './call.ts'
import { remote } from './look.ts'

/** The contract's `containers`. A project moves below a project, a section below a project. */
export function containersOf(options: MemoryOptions): Containers {
  const { kind, service, sections = true } = options
  /** One changing call: a lost reply leaves its outcome open. */
  const doing = async (connection: Connection, work: () => RemoteContainer): Promise<RemoteContainer> => {
    const { lost, refuses } = await begin(options, 'containers', connection)
    if (refuses) throw trouble(kind, 'invalid')
    const container = work()
    if (lost) throw trouble(kind, 'ambiguous-write')
    return container
  }
  const changed = (which: ContainerRef, change: Partial<RemoteContainer>): RemoteContainer => {
    const after = service.change(which, change)
    if (after === undefined) throw trouble(kind, 'gone')
    return after
  }
  const tasksIn = (remoteId: string) =>
    service.alive().filter(({ container, task }) => container === remoteId || task.list === remoteId)
  return {
    kinds: sections ? ['project', 'section'] : ['list'],
    moves: sections,
    archives: true,
    list: (connection) =>
      call(options, 'containers', connection, () => ({
        containers: [...service.containers.values()].filter((one) => one.state === 'active'),
      })),
    create: (connection, { key, ...wanted }) =>
      doing(connection, () => service.make(key, { ...wanted, state: 'active' })),
    update: (connection, which, { name, marker }) =>
      doing(connection, () =>
        changed(which, {
          ...(name === undefined ? {} : { name }),
          ...(marker === undefined ? {} : { marker }),
        }),
      ),
    move: (connection, which, parent) =>
      doing(connection, () => {
        if (!sections) throw trouble(kind, 'invalid')
        if (service.placeIn(parent) === null || !service.containers.has(parent)) throw trouble(kind, 'gone')
        return changed(which, { parent })
      }),
    archive: (connection, which, archived) =>
      doing(connection, () => changed(which, { state: archived ? 'archived' : 'active' })),
    tasks: (connection, { remoteId }) =>
      call(options, 'containers', connection, () => ({
        observations: tasksIn(remoteId)
          .filter(({ task }) => !task.completed)
          .map((task) => ({ kind: 'present', remoteId: task.id, seen: remote(task) }) as const),
      })),
    async removeEmpty(connection, which) {
      const { lost } = await begin(options, 'containers', connection)
      const { remoteId } = which
      const used =
        tasksIn(remoteId).length > 0 ||
        [...service.containers.values()].some(({ parent, state }) => parent === remoteId && state !== 'gone')
      if (!used) service.change(which, { state: 'gone' })
      if (lost) throw trouble(kind, 'ambiguous-write')
      return !used
    },
  }
}
