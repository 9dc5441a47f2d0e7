import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Asked = {
  readonly method: string
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: unknown
}
/** `cut`: the socket is closed without an answer. A body that is text goes out as it is. */
export type Reply =
  | { readonly status?: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> }
  | 'cut'

export type ScriptedServer = {
  readonly baseUrl: string
  readonly asked: Asked[]
  close(): Promise<void>
}

/** An HTTP server on a free port that answers as a test says and remembers what it was asked. */
export async function scriptedServer(
  answer: (asked: Asked, nth: number) => Reply | Promise<Reply>,
): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const url = new URL(request.url ?? '/', 'http://x')
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname.replace(/^\/v1/, ''),
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      body: bodyOf(text, request.headers['content-type']),
    }
    asked.push(one)
    const reply = await answer(one, asked.length)
    if (reply === 'cut') {
      request.socket.destroy()
      return
    }
    const { status = 200, body = {}, headers = {} } = reply
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function bodyOf(text: string, type = ''): unknown {
  if (text === '') return undefined
  return type.includes('form-urlencoded') ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text)
}

/** A task as the service shows it in lists. */
export function taskRow(id: number, changes: object = {}): Record<string, unknown> {
  return {
    id,
    created: '2026-02-27T14:55:03Z',
    updated: '2026-03-02T15:04:05Z',
    completed: null,
    createdById: 1,
    updatedById: 1,
    personId: 5001,
    AssignedTo: 'Sam Agent',
    assignedUserId: 7,
    name: `Task ${id}`,
    type: 'Call',
    isCompleted: 0,
    dueDate: '2026-03-05',
    dueDateTime: null,
    ...changes,
  }
}

/** A page of tasks. `Date` is fixed, so that cursors can be told beforehand. */
export function taskPage(rows: readonly unknown[], meta: Record<string, unknown> = {}): Reply {
  return {
    body: { _metadata: { collection: 'tasks', limit: 100, next: null, ...meta }, tasks: rows },
    headers: { date: 'Mon, 02 Mar 2026 16:00:00 GMT' },
  }
}
