import type { Connection } from '../contract.ts'

/**
 * What this process remembers of one key at one address. Nothing here is needed to be right: it saves requests,
 * and another process starts without it. `idsFilter`: whether `GET /tasks?ids=` was seen to be honoured (null: not
 * known), `dealIdsFilter` the same of deals. `leftOut`: ids that such a list did not show and that were not looked at alone yet. `account`: the account id
 * that the last answer named.
 */
export type Memory = {
  idsFilter: boolean | null
  dealIdsFilter: boolean | null
  readonly leftOut: Set<string>
  account: string | null
}

export type Memories = { of(connection: Connection): Memory }

export function createMemories(): Memories {
  const all = new Map<string, Memory>()
  return {
    of({ id, baseUrl, credentials }) {
      const name = JSON.stringify([id, baseUrl, credentials.apiKey])
      const known = all.get(name)
      if (known !== undefined) return known
      const fresh: Memory = { idsFilter: null, dealIdsFilter: null, leftOut: new Set(), account: null }
      all.set(name, fresh)
      return fresh
    },
  }
}
