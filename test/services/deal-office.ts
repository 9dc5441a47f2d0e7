import type { Deciding } from '../../src/starter/deciding.ts'
import type { Bridge } from './bridge.ts'
import { deskOf } from './deal-desk.ts'

/** What users do with deals and sections at a bridge, and commands over its record. */
export function deskAt(bridge: Bridge) {
  const desk = deskOf(bridge)
  const woken: string[] = []
  const tell = async (ids: readonly string[]): Promise<0> => {
    woken.push(...ids)
    return 0
  }
  const deciding: Deciding = {
    deps: bridge.deps,
    secretKey: async () => bridge.deps.secretKey,
    signal: new AbortController().signal,
    wake: tell,
    nudge: tell,
    startConnections: (rows) => tell(rows.map(({ id }) => id)),
    retry: tell,
    stopConnections: tell,
    clean: ({ id }) => tell([id]),
    wakeDeals: (deals) => tell(deals.map(({ dealId }) => `deal ${dealId}`)),
    fill: ({ id }) => tell([id]),
  }
  return {
    ...desk,
    deciding,
    woken,
    async deal(name: string, stageId: number, peopleIds: readonly number[]): Promise<string> {
      return String(await desk.deal(name, stageId, peopleIds))
    },
    async pairOf(title: string): Promise<string> {
      const [row] = await bridge.db<{ id: string }[]>`
        select m.pair_id as id from pair_member m
        join remote_task t on t.connection_id = m.connection_id and t.remote_id = m.remote_id
        where m.role = 'current' and t.seen -> 'task' ->> 'title' = ${title} limit 1`
      if (row === undefined) throw new Error(`no pair has a task ${title}`)
      return row.id
    },
  }
}

export type Desk = ReturnType<typeof deskAt>
