import { Client, Connection } from '@temporalio/client'
import { expect, it } from 'vitest'
import { TASK_QUEUE } from '../../src/config/temporal-names.ts'
import { scheduleWatch } from '../../src/worker/watch-schedule.ts'
import { until } from '../workflows/running-world.ts'
import { clearNamespace, testTemporal } from './temporal.ts'

it('what a program that was killed has left in a namespace is over, before workers of another record begin there', async () => {
  const { address, namespace } = testTemporal()
  const client = new Client({ connection: await Connection.connect({ address }), namespace })
  const open = async () => (await client.workflow.count('ExecutionStatus = "Running"')).count
  const schedules = async () => {
    const ids: string[] = []
    for await (const { scheduleId } of client.schedule.list()) ids.push(scheduleId)
    return ids
  }
  try {
    const about = { taskQueue: TASK_QUEUE, workflowId: 'connection/1', args: [{ connectionId: '1' }] }
    const handle = await client.workflow.start('connection', about)
    await scheduleWatch(client)
    await until('both are listed', async () => (await open()) > 0 && (await schedules()).length > 0)
    await clearNamespace(client)
    expect((await handle.describe()).status.name).toBe('TERMINATED')
    await until('nothing is left', async () => (await open()) === 0 && (await schedules()).length === 0)
  } finally {
    await client.connection.close()
  }
})
