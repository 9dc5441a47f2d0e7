import type { Deciding } from '../../src/starter/deciding.ts'
import type { Bridge } from './bridge.ts'

export type DeskSection = { readonly id: string; readonly name: string; readonly project_id: string }

/** What users do with deals and sections at a bridge, and commands over its record. */
export function deskAt(bridge: Bridge) {
  const woken: string[] = []
  const tell = async (ids: readonly string[]): Promise<0> => {
    woken.push(...ids)
    return 0
  }
  const sections = async () =>
    (await bridge.todoist.call<{ results: DeskSection[] }>('GET', '/api/v1/sections?limit=200')).body.results
  const projects = async () =>
    (
      await bridge.todoist.call<{ results: { id: string; name: string }[] }>(
        'GET',
        '/api/v1/projects?limit=200',
      )
    ).body.results
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
    deciding,
    woken,
    async person(name: string): Promise<number> {
      return (await bridge.fub.call<{ id: number }>('POST', '/v1/people', { name })).body.id
    },
    async deal(name: string, stageId: number, peopleIds: readonly number[]): Promise<string> {
      const fields = { name, stageId, peopleIds }
      const { body, status } = await bridge.fub.call<{ id: number }>('POST', '/v1/deals', fields)
      if (status >= 300) throw new Error(JSON.stringify(body))
      return String(body.id)
    },
    sections,
    /** Where each open task lies: project / section. */
    async book(): Promise<Record<string, string>> {
      const [inProjects, inSections, items] = [await projects(), await sections(), await bridge.items()]
      const place = (item: (typeof items)[number]) =>
        [
          inProjects.find(({ id }) => id === item.project_id)?.name,
          inSections.find(({ id }) => id === item.section_id)?.name,
        ].join(' / ')
      return Object.fromEntries(items.map((item) => [item.content, place(item)]))
    },
    async section(name: string): Promise<DeskSection> {
      const found = (await sections()).find((one) => one.name === name)
      if (found === undefined) throw new Error(`there is no section ${name}`)
      return found
    },
    async command(type: string, args: Record<string, unknown>): Promise<void> {
      await bridge.todoist.call('POST', '/api/v1/sync', {
        commands: [{ type, uuid: crypto.randomUUID(), args }],
      })
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
