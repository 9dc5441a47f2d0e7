import type { Bridge, TodoistItem } from './bridge.ts'

export type Section = {
  readonly id: string
  readonly name: string
  readonly description: string
  readonly project_id: string
  readonly is_archived: boolean
  readonly is_deleted: boolean
}
export type Project = { readonly id: string; readonly name: string; readonly is_archived: boolean }

type Requests = {
  readonly requests: readonly { readonly actor: string }[]
  readonly writes: { readonly client: number }
}

/** People and deals at the CRM, and what a user sees of them in Todoist. */
export type DealDesk = {
  person(name: string): Promise<number>
  deal(name: string, stageId: number, peopleIds: readonly number[]): Promise<number>
  change(deal: number, fields: Readonly<Record<string, unknown>>): Promise<void>
  /** The stages of the first pipeline are these from now on: by id, what is different, null for one that is taken away. */
  stages(change: Readonly<Record<number, { readonly name: string } | null>>): Promise<void>
  /** Where each open task lies: project / section. */
  book(): Promise<Record<string, string>>
  item(content: string): Promise<TodoistItem>
  /** Of those that a user sees. */
  section(name: string): Promise<Section>
  sections(): Promise<Section[]>
  projects(): Promise<Project[]>
  /** A command of a user's; what Todoist said of it. */
  command(type: string, args: Readonly<Record<string, unknown>>): Promise<unknown>
  home(
    deal: number,
  ): Promise<{ readonly state: string; readonly reason: string | null; readonly lastError: string | null }>
  /** How many writes to either service were planned so far. */
  writes(): Promise<number>
  /** What was asked of Todoist so far, but by users; `writes`: those that change something. */
  asked(): Promise<{ readonly requests: number; readonly writes: number }>
}

const STAGES = [
  { id: 11, name: 'Showing' },
  { id: 12, name: 'Offer' },
  { id: 13, name: 'Under Contract' },
  { id: 14, name: 'Closed' },
]

export function deskOf(bridge: Bridge): DealDesk {
  const { fub, todoist, db } = bridge
  const all = async <T>(path: string) => (await todoist.call<{ results: T[] }>('GET', path)).body.results
  const desk: DealDesk = {
    async person(name) {
      return (await fub.call<{ id: number }>('POST', '/v1/people', { name })).body.id
    },
    async deal(name, stageId, peopleIds) {
      const { body, status } = await fub.call<{ id: number }>('POST', '/v1/deals', {
        name,
        stageId,
        peopleIds,
      })
      if (status >= 300) throw new Error(JSON.stringify(body))
      return body.id
    },
    async change(deal, fields) {
      const { status, body } = await fub.call('PUT', `/v1/deals/${deal}`, fields)
      if (status >= 300) throw new Error(JSON.stringify(body))
    },
    async stages(change) {
      const stages = STAGES.flatMap((stage) =>
        change[stage.id] === null ? [] : { ...stage, ...change[stage.id] },
      )
      const { status, body } = await fub.call('PUT', '/v1/pipelines/1', { stages })
      if (status >= 300) throw new Error(JSON.stringify(body))
    },
    async book() {
      const [projects, sections] = [await desk.projects(), await desk.sections()]
      return Object.fromEntries(
        (await bridge.items()).map((item) => [
          item.content,
          [
            projects.find(({ id }) => id === item.project_id)?.name,
            sections.find(({ id }) => id === item.section_id)?.name,
          ].join(' / '),
        ]),
      )
    },
    async item(content) {
      const found = (await bridge.items()).find((one) => one.content === content)
      if (found === undefined) throw new Error(`there is no task ${content} in Todoist`)
      return found
    },
    async section(name) {
      const found = (await desk.sections()).find((one) => one.name === name)
      if (found === undefined) throw new Error(`there is no section ${name}`)
      return found
    },
    sections: () => all<Section>('/api/v1/sections?limit=200'),
    projects: () => all<Project>('/api/v1/projects?limit=200'),
    async command(type, args) {
      const uuid = crypto.randomUUID()
      const { body } = await todoist.call<{ sync_status: Record<string, unknown> }>('POST', '/api/v1/sync', {
        commands: [{ type, uuid, args }],
      })
      return body.sync_status[uuid]
    },
    async home(deal) {
      const [row] = await db<{ state: string; reason: string | null; lastError: string | null }[]>`
        select state, reason, last_error as "lastError" from deal_home where deal_id = ${String(deal)}`
      return row ?? { state: 'none', reason: null, lastError: null }
    },
    async writes() {
      const [row] = await db<{ writes: number }[]>`select count(*)::int as writes from op`
      return row?.writes ?? 0
    },
    async asked() {
      const { body } = await todoist.call<Requests>('GET', '/__sim/requests')
      const { requests, writes } = body
      return { requests: requests.filter(({ actor }) => actor === 'client').length, writes: writes.client }
    },
  }
  return desk
}
