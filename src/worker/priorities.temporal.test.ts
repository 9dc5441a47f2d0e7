import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { expect, inject, it } from 'vitest'
import { quietRuntime } from '../../test/support/quiet-runtime.ts'
import '../../test/support/provided.ts'
import { until } from '../../test/workflows/running-world.ts'
import { providerQueue } from '../config/temporal-names.ts'

const STEPS = 8

it('a change goes before a poll, and both before a first sync that was there earlier', async () => {
  quietRuntime()
  const address = inject('temporalAddress')
  const client = new Client({ connection: await Connection.connect({ address }) })
  const connection = await NativeConnection.connect({ address })
  const service = `service-${randomUUID()}`
  const taskQueue = `workflows-${service}`
  const order: string[] = []
  const common = { connection, namespace: 'default' }
  try {
    const workflowsPath = fileURLToPath(new URL('../../test/worker/priorities-workflow.ts', import.meta.url))
    const workflows = await Worker.create({ ...common, taskQueue, workflowsPath })
    await workflows.runUntil(async () => {
      const args = [service, STEPS]
      const handle = await client.workflow.start('askInTheWrongOrder', {
        workflowId: taskQueue,
        taskQueue,
        args,
      })
      await until('all of them wait', async () => {
        const { raw } = await handle.describe()
        return raw.pendingActivities?.length === STEPS + 2
      })
      const calls = await Worker.create({
        ...common,
        taskQueue: providerQueue(service),
        // As one does whose other slots are taken by calls that wait for an answer.
        maxConcurrentActivityTaskExecutions: 1,
        activities: {
          async check({ connectionId }: { connectionId: string }) {
            order.push(connectionId)
          },
        },
      })
      await calls.runUntil(handle.result())
    })
  } finally {
    await connection.close()
    await client.connection.close()
  }
  expect(order).toEqual(['change', 'poll', ...Array.from({ length: STEPS }, () => 'backfill')])
})
