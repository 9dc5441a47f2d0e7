import type { Deals } from '../contract.ts'
import { call, type MemoryOptions } from './call.ts'

/** The contract's `deals`, as tests have set them at the service. `position`: how many came before. */
export function dealsOf(options: MemoryOptions): Deals {
  const { service, pageSize = Number.POSITIVE_INFINITY } = options
  return {
    stages: (connection) => call(options, 'stages', connection, () => ({ stages: service.stages })),
    list: (connection, position) =>
      call(options, 'deals', connection, () => {
        const from = Number(position ?? 0)
        const shown = [...service.deals.values()].slice(from, from + pageSize)
        const more = from + shown.length < service.deals.size
        return { deals: shown, unreadable: [], position: more ? String(from + shown.length) : null }
      }),
    read: (connection, ids) =>
      call(options, 'deals-read', connection, () => ({
        deals: [...new Set(ids)].flatMap((id) => service.deals.get(id) ?? []),
        unreadable: [],
      })),
    fields: async (connection) =>
      (await call(options, 'deal-fields', connection, () => ({ fields: service.dealFields }))).fields,
    page: () => null,
  }
}
