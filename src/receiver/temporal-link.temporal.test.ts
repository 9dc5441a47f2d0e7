import { connect, createServer, type Server } from 'node:net'
import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import '../../test/support/provided.ts'
import { linkTemporal } from './temporal-link.ts'

let client: Client
/** Not a number: ids of other tests' connections are. */
const id = `receiver-${Date.now()}`

beforeAll(async () => {
  client = new Client({ connection: await Connection.connect({ address: inject('temporalAddress') }) })
})
afterAll(() => client.connection.close())

test('a signal reaches the workflow of a connection, and rejects where there is none', async () => {
  const link = linkTemporal({ TEMPORAL_ADDRESS: inject('temporalAddress') })
  try {
    await expect(link.signal(id)).rejects.toThrow(WorkflowNotFoundError)
    const handle = await client.workflow.start('connection', {
      workflowId: `connection/${id}`,
      taskQueue: 'nobody-works-here',
    })
    await link.signal(id)
    const { events } = await handle.fetchHistory()
    const signals = events?.flatMap(
      (event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? [],
    )
    expect(signals).toEqual(['nudge'])
    await handle.terminate()
  } finally {
    await link.close()
  }
})

test('a worker is seen by its poll', async () => {
  const queue = `queue-${id}`
  const link = linkTemporal({ TEMPORAL_ADDRESS: inject('temporalAddress') }, queue)
  const ended = new AbortController()
  try {
    expect(await link.workers(5_000)).toEqual({ pollers: 0, lastSeenAt: null })
    const before = Date.now()
    // The server takes no poll without a deadline.
    const poll = client.withDeadline(Date.now() + 30_000, () =>
      client.withAbortSignal(ended.signal, () =>
        client.workflowService.pollWorkflowTaskQueue({
          namespace: 'default',
          taskQueue: { name: queue },
          identity: 'me',
        }),
      ),
    )
    poll.catch(() => undefined)
    await expect.poll(async () => (await link.workers(5_000)).pollers, { timeout: 20_000 }).toBe(1)
    const { lastSeenAt } = await link.workers(5_000)
    expect(Date.parse(lastSeenAt ?? '')).toBeGreaterThan(before - 2_000)
  } finally {
    ended.abort()
    await link.close()
  }
})

test('a task that nobody takes is in the backlog, with its age', async () => {
  const queue = `backlog-${id}`
  const link = linkTemporal({ TEMPORAL_ADDRESS: inject('temporalAddress') }, queue)
  const handle = await client.workflow.start('none', { workflowId: `none/${id}`, taskQueue: queue })
  try {
    const waiting = async () =>
      (await link.backlogs([queue], 5_000)).map(({ kind, count }) => `${kind} ${count}`)
    await expect.poll(waiting, { timeout: 30_000 }).toEqual(['workflow 1', 'activity 0'])
    const [workflows] = await link.backlogs([queue], 5_000)
    expect(workflows?.ageSeconds).toBeGreaterThan(0)
    // A queue of a service has no workflows.
    expect((await link.backlogs(['provider-none'], 5_000)).map(({ kind }) => kind)).toEqual(['activity'])
  } finally {
    await handle.terminate()
    await link.close()
  }
})

test('a link made before the server is up works once it is', async () => {
  const { host, port, open, close } = await gate(inject('temporalAddress'))
  const link = linkTemporal({ TEMPORAL_ADDRESS: `${host}:${port}` })
  try {
    await expect(link.workers(300)).rejects.toThrow()
    await open()
    await expect.poll(() => link.workers(1_000).then(() => 'up', String), { timeout: 20_000 }).toBe('up')
  } finally {
    await link.close()
    close()
  }
})

/** A port that refuses until it is opened, and then leads to `target`. */
async function gate(target: string) {
  const [host = '', targetPort = ''] = target.split(':')
  const listen = (server: Server, port: number) =>
    new Promise<number>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => resolve((server.address() as { port: number }).port))
    })
  const reserved = createServer()
  const port = await listen(reserved, 0)
  await new Promise((resolve) => reserved.close(resolve))
  const server = createServer((socket) => {
    const through = connect(Number(targetPort), host)
    socket.pipe(through).pipe(socket)
    socket.on('error', () => through.destroy())
    through.on('error', () => socket.destroy())
  })
  return { host, port, open: () => listen(server, port), close: () => server.close() }
}
