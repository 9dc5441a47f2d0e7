import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { z } from 'zod'
import type { TimedEvent } from './temporal-actions.ts'

const history = z.object({ events: z.array(z.object({ eventType: z.string(), eventTime: z.string() })) })

/** The product's workflows, to be read only. */
export class Workflows {
  readonly #client: Client

  private constructor(client: Client) {
    this.#client = client
  }

  /** `address`: `127.0.0.1:7233` */
  static async at(address: string): Promise<Workflows> {
    return new Workflows(new Client({ connection: await Connection.connect({ address }) }))
  }

  /** When the last run of a workflow began, milliseconds since 1970; undefined when there was none. */
  async beginOf(workflowId: string): Promise<number | undefined> {
    try {
      const { startTime } = await this.#client.workflow.getHandle(workflowId).describe()
      return startTime.getTime()
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined
      throw error
    }
  }

  /** The events of all runs that ran at that time or began later. `since`: milliseconds since 1970. */
  async eventsSince(since: number): Promise<TimedEvent[]> {
    const query = `ExecutionStatus = 'Running' OR CloseTime >= '${new Date(since).toISOString()}'`
    const events: TimedEvent[] = []
    for await (const { workflowId, runId, type } of this.#client.workflow.list({ query })) {
      const found = await this.#client.workflow.getHandle(workflowId, runId).fetchHistory()
      for (const { eventType, eventTime } of history.parse(JSON.parse(historyToJSON(found))).events)
        events.push({
          workflow: type,
          type: eventType.replace(/^EVENT_TYPE_/u, ''),
          at: Date.parse(eventTime),
        })
    }
    return events
  }

  async close(): Promise<void> {
    await this.#client.connection.close()
  }
}
