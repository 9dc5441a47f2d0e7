import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection, type WorkflowHandle } from '@temporalio/client'
import { NativeConnection, Worker, type WorkflowBundleOption } from '@temporalio/worker'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { quietRuntime } from '../../test/support/quiet-runtime.ts'
import '../../test/support/provided.ts'
import { workflowBundle } from '../../test/support/workflow-bundle.ts'
import { until } from '../../test/workflows/running-world.ts'
import { createLog } from '../config/log.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { ActivityGuard } from './interceptors.ts'
import { Patience } from './patience.ts'

const log = createLog({ level: 'silent', format: 'json' })
let client: Client
let native: NativeConnection
let bundle: WorkflowBundleOption
let worker: Worker
let running: Promise<void>
let patience: Patience
let taskQueue: string
/** What the service does with a call of this name; each look at it is an attempt. */
let service: (name: string, attempt: number) => string
let attempts: Map<string, number>

beforeAll(async () => {
  quietRuntime()
  const address = inject('temporalAddress')
  client = new Client({ connection: await Connection.connect({ address }) })
  native = await NativeConnection.connect({ address })
  bundle = await workflowBundle(
    fileURLToPath(new URL('../../test/worker/calls-workflow.ts', import.meta.url)),
  )
})

/** A worker with a single slot for activities. */
beforeEach(async () => {
  attempts = new Map()
  taskQueue = `patience-${randomUUID()}`
  patience = new Patience(log)
  worker = await startWorker(patience)
  running = worker.run()
  return async () => {
    worker.shutdown()
    await running
    await patience.stop()
  }
})

afterAll(async () => {
  await native.close()
  await client.connection.close()
})

function startWorker(own: Patience): Promise<Worker> {
  return Worker.create({
    connection: native,
    namespace: 'default',
    taskQueue,
    workflowBundle: bundle,
    maxConcurrentActivityTaskExecutions: 1,
    interceptors: { activity: [(context) => ({ inbound: new ActivityGuard(context, log, true) })] },
    activities: {
      callService: (name: string) =>
        own.run(async () => {
          const attempt = (attempts.get(name) ?? 0) + 1
          attempts.set(name, attempt)
          return service(name, attempt)
        }),
    },
  })
}

function start(name: string): Promise<WorkflowHandle> {
  return client.workflow.start('callOnce', { workflowId: `${taskQueue}-${name}`, taskQueue, args: [name] })
}

function usedUp(retryAfterMs: number): ProviderError {
  return new ProviderError({ kind: 'rate-limited', provider: 'test', message: 'Used up', retryAfterMs })
}

async function causeOf(handle: WorkflowHandle): Promise<unknown> {
  const error: unknown = await handle.result().catch((failure: unknown) => failure)
  let cause = error
  while (cause instanceof Error && cause.cause !== undefined) cause = cause.cause
  return cause
}

describe('a call that meets an empty budget', () => {
  it('gives its slot to others, and ends with its result when the budget has room', async () => {
    let open = false
    service = (name) => {
      if (name === 'waits' && !open) throw usedUp(20)
      return `${name} done`
    }
    const waiting = await start('waits')
    await until('it has met the empty budget', () => (attempts.get('waits') ?? 0) > 1)
    expect(await (await start('other')).result()).toBe('other done')
    open = true
    expect(await waiting.result()).toBe('waits done')
    const { events } = await waiting.fetchHistory()
    const began = (events ?? []).flatMap((event) => event.activityTaskStartedEventAttributes?.attempt ?? [])
    expect(began).toEqual([1])
  })

  it('ends with its failure when what it waited for fails for good', async () => {
    service = (_, attempt) => {
      if (attempt < 4) throw usedUp(10)
      throw new ProviderError({ kind: 'invalid', provider: 'test', message: 'Refused' })
    }
    expect(await causeOf(await start('refused'))).toMatchObject({ type: 'invalid', nonRetryable: true })
  })

  it('does not wait here when it would be long: that is the trouble of the connection', async () => {
    service = () => {
      throw usedUp(31_000)
    }
    expect(await causeOf(await start('long'))).toMatchObject({ type: 'rate-limited', nonRetryable: true })
    expect(attempts.get('long')).toBe(1)
  })

  it('waits as often as it must, and fails as often as anybody', async () => {
    service = (_, attempt) => {
      if (attempt % 3 !== 0) throw usedUp(5)
      throw new ProviderError({ kind: 'transient', provider: 'test', message: 'Away', retryAfterMs: 5 })
    }
    expect(await causeOf(await start('both'))).toMatchObject({ type: 'transient', nonRetryable: true })
    // Six failures, and two waits before each.
    expect(attempts.get('both')).toBe(18)
  })

  it('is gone on with by another worker when this one stops', async () => {
    service = () => {
      throw usedUp(20)
    }
    const handle = await start('moves')
    await until('it waits', () => (attempts.get('moves') ?? 0) > 2)
    worker.shutdown()
    await running
    await patience.stop()
    service = () => 'done by the other one'
    patience = new Patience(log)
    worker = await startWorker(patience)
    running = worker.run()
    expect(await handle.result()).toBe('done by the other one')
  })
})
