import { LOCAL_LIMITS } from '../../core/local-task.ts'
import { cut, oneLine } from '../../core/normalise.ts'
import type { Connection, ContainerRef, Containers, RemoteContainer } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { call } from './call.ts'
import { decodeList } from './mapping.ts'
import type { LocalListValues, LocalTaskStore } from './store.ts'

/** Lists. They lie in nothing, so that there is nowhere to move them. */
export function createContainers(store: LocalTaskStore): Containers {
  const change = async (
    connection: Connection,
    which: ContainerRef,
    values: LocalListValues,
  ): Promise<RemoteContainer> => {
    requireList(which)
    return decodeList((await call(connection, () => store.changeList(which.remoteId, values))).answer)
  }
  return {
    kinds: ['list'],
    moves: false,
    archives: true,
    async list(connection) {
      const { askedAt, answer } = await call(connection, () => store.lists())
      return { askedAt, containers: answer.map(decodeList) }
    },
    async create(connection, wanted) {
      requireList(wanted)
      if (wanted.parent !== null) throw invalid('A list lies in nothing.')
      const { key, name, marker } = wanted
      const list = { key, name: keepName(name), marker }
      return decodeList((await call(connection, () => store.addList(list))).answer)
    },
    update: (connection, which, { name, marker }) =>
      change(connection, which, {
        ...(name === undefined ? {} : { name: keepName(name) }),
        ...(marker === undefined ? {} : { marker }),
      }),
    async move() {
      throw invalid('A list lies in nothing, and cannot be moved.')
    },
    archive: (connection, which, archived) => change(connection, which, { archived }),
    async removeEmpty(connection, which) {
      requireList(which)
      return (await call(connection, () => store.deleteEmptyList(which.remoteId))).answer
    },
  }
}

/** A list's name as it is kept. */
export function keepName(name: string): string {
  return oneLine(cut(oneLine(oneLine(name)), LOCAL_LIMITS.name)) || '(no name)'
}

function requireList({ kind }: Pick<ContainerRef, 'kind'>): void {
  if (kind !== 'list') throw invalid(`Here are lists, and no ${kind}s.`)
}

function invalid(message: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: 'local', message })
}
