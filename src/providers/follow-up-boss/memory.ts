import type { Connection } from '../contract.ts'

/**
 * What this process remembers of one key at one address. Nothing here is needed to be right: it saves requests,
 * and another process starts without it. `idsFilter`: whether `GET /tasks?ids=` was seen to be honoured (null: not
 * known). `account`: the account id that the last answer named.
 */
export type Memory = { idsFilter: boolean | null; account: string | null }

export type Memories = { of(connection: Connection): Memory }

export function createMemories(): Memories {
  const all = new Map<string, Memory>()
  return {
    of({ id, baseUrl, credentials }) {
      const name = JSON.stringify([id, baseUrl, credentials.apiKey])
      const known = all.get(name)
      if (known !== undefined) return known
      const fresh: Memory = { idsFilter: null, account: null }
      all.set(name, fresh)
      return fresh
    },
  }
}
