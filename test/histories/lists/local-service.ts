import type { LocalTaskStore, LocalWritten } from '../../../src/providers/local/store.ts'
import { ProviderError } from '../../../src/providers/provider-error.ts'
import type { Journal } from '../services/journal.ts'
import type { Side } from '../services/sides.ts'

type Fault = { readonly do: string; times: number }

/**
 * The store of our own tasks as the product's worker finds it: each call is a request in the journal, and its
 * connection to Postgres may break before it or after it.
 */
export class LocalService {
  #faults: Fault[] = []

  setFaults(faults: readonly Fault[]): void {
    this.#faults = faults.map((one) => ({ ...one }))
  }

  /** `store`: over a worker's own database. */
  over(store: LocalTaskStore, journal: Journal, side: Side): LocalTaskStore {
    const asked = async <T>(method: string, given: unknown, work: () => Promise<T>): Promise<T> => {
      const word = this.#next()
      if (word === 'refused') throw broken('transient')
      let result: { readonly value: T } | { readonly error: unknown } = { error: null }
      const answering = {
        call: async (_method: string, path: string) => {
          if (path === '/__sim/faults') return NO_FAULTS
          result = await work().then(
            (value) => ({ value }),
            (error: unknown) => ({ error }),
          )
          const said = 'value' in result ? JSON.stringify(result.value) : ''
          return {
            status: 'value' in result ? 200 : 500,
            headers: {},
            sent: Buffer.from(said ?? ''),
            whole: true,
          }
        },
      }
      const request = { method, path: 'our own tasks', headers: {}, body: JSON.stringify(given) ?? '' }
      await journal.exchange(side, answering, request)
      if ('error' in result) throw (result as { error: unknown }).error
      const { value } = result as { value: T }
      if (word !== 'reply-lost') return value
      if (method !== 'write') throw broken('transient')
      const all = value as readonly LocalWritten[]
      return [...all.slice(0, -1), { outcome: 'unknown', error: broken('ambiguous-write') }] as T
    }
    return {
      storeId: () => asked('storeId', null, () => store.storeId()),
      page: (page) => asked('page', page, () => store.page(page)),
      look: (ids) => asked('look', ids, () => store.look(ids)),
      write: (writes) => asked('write', writes, () => store.write(writes)),
      lists: () => asked('lists', null, () => store.lists()),
      addList: (wanted) => asked('addList', wanted, () => store.addList(wanted)),
      deleteEmptyList: (id) => asked('deleteEmptyList', id, () => store.deleteEmptyList(id)),
      changeList: (id, change) => asked('changeList', { id, change }, () => store.changeList(id, change)),
    }
  }

  #next(): string {
    const fault = this.#faults.find(({ times }) => times > 0)
    if (fault === undefined) return ''
    fault.times -= 1
    return fault.do
  }
}

/** It never shows the past. */
const NO_FAULTS = { status: 200, headers: {}, sent: Buffer.from('[]'), whole: true }

function broken(kind: 'transient' | 'ambiguous-write'): ProviderError {
  return new ProviderError({ kind, provider: 'local', message: 'The connection to Postgres broke.' })
}
