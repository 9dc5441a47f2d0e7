import { createServer, type IncomingHttpHeaders } from 'node:http'

/** What answers the next POSTs: a status with headers, or nothing before the connection breaks. */
export type HookAnswer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  | 'breaks-off'

export type TestHook = AsyncDisposable & {
  readonly url: string
  readonly posts: {
    readonly path: string
    readonly headers: IncomingHttpHeaders
    readonly body: string
  }[]
  answer: HookAnswer
  /** The next POST is answered only then. */
  hold: Promise<void> | null
}

/** Somebody who takes POSTs, on loopback, and remembers them. */
export async function startHook(): Promise<TestHook> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', async () => {
      const body = Buffer.concat(parts).toString('utf8')
      hook.posts.push({ path: request.url ?? '', headers: request.headers, body })
      const { answer, hold } = hook
      hook.hold = null
      await hold
      if (answer === 'breaks-off') request.socket.destroy()
      else response.writeHead(answer.status, answer.headers).end('thank you')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const hook: TestHook = {
    url: `http://127.0.0.1:${port}/alerts`,
    posts: [],
    answer: { status: 204 },
    hold: null,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
  return hook
}
