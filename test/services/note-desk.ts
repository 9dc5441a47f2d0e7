import type { RoutePolicy } from '../../src/core/policy.ts'
import { type Bridge, openBridge } from './bridge.ts'

export type Note = { readonly id: number; readonly personId: number; readonly body: string }

/** Both services with a route between them, and what users do about comments and notes. */
export type NoteDesk = Bridge & {
  notes(): Promise<readonly Note[]>
  bodies(): Promise<readonly string[]>
  item(content: string): ReturnType<typeof itemOf>
  comment(content: string, text: string, attachment?: unknown): Promise<string>
  editComment(id: string, content: string): Promise<unknown>
  /** Requests about notes that the CRM has had, by method. */
  asked(method: 'GET' | 'POST' | 'PUT'): Promise<number>
}

export async function openNoteDesk(policy: Partial<RoutePolicy>): Promise<NoteDesk> {
  // The budget of notes is ten in ten seconds: who waits for it would wait most of his time.
  const bridge = await openBridge({ policy, settings: { followUpBoss: { rateLimit: 0 } } })
  for (const context of ['global', 'notes'])
    await bridge.db`
      insert into quota (connection_id, context, request_limit, window_ms)
      values (${bridge.leftId}, ${context}, 10000, 10000)
      on conflict (connection_id, context) do update set request_limit = 10000`
  const notes = async () => {
    const { body } = await bridge.fub.call<{ notes: Note[] }>('GET', '/v1/notes?limit=100')
    return [...body.notes].sort((a, b) => a.id - b.id)
  }
  return {
    ...bridge,
    notes,
    bodies: async () => (await notes()).map(({ body }) => body),
    item: (content) => itemOf(bridge, content),
    async comment(content, text, attachment) {
      const { id } = await itemOf(bridge, content)
      const given = { task_id: id, content: text, ...(attachment === undefined ? {} : { attachment }) }
      const { body, status } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/comments', given)
      if (status >= 300) throw new Error(`the simulator refused the comment: ${JSON.stringify(body)}`)
      return body.id
    },
    editComment: (id, content) => bridge.todoist.call('POST', `/api/v1/comments/${id}`, { content }),
    async asked(method) {
      const { body } = await bridge.fub.call<{
        requests: { actor: string; method: string; path: string }[]
      }>('GET', '/__sim/requests')
      return body.requests.filter(
        (one) => one.actor === 'client' && one.method === method && one.path.startsWith('/v1/notes'),
      ).length
    },
  }
}

async function itemOf(bridge: Bridge, content: string) {
  const found = (await bridge.items()).find((one) => one.content === content)
  if (found === undefined) throw new Error(`there is no task ${content} in Todoist`)
  return found
}

/** What the note of a comment says. */
export function commentBody(title: string, text: string, id: string): string {
  return `Comment in Todoist on “${title}”:\n${text}\n\ndealbridge: todoist/comment/(${id})`
}
