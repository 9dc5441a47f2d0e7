import { createConnection, createServer, type Socket } from 'node:net'

/** A way to a server that can be cut: whoever comes meanwhile is refused, as by a server that was stopped. */
export interface Severed {
  /** `127.0.0.1:port`, the same after each cut. */
  readonly address: string
  cut(): Promise<void>
  mend(): Promise<void>
  close(): Promise<void>
}

/** `target`: port of the server on this machine. */
export async function severable(target: number): Promise<Severed> {
  const open = new Set<Socket>()
  const server = createServer((from) => {
    const to = createConnection(target, '127.0.0.1')
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      open.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        open.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        resolve()
      })
    })
  await listen(0)
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the way has no port')
  const { port } = bound
  const cut = async () => {
    if (!server.listening) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    for (const socket of open) socket.destroy()
    await closed
  }
  return { address: `127.0.0.1:${port}`, cut, mend: () => listen(port), close: cut }
}
