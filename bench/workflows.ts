import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client'

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

  async close(): Promise<void> {
    await this.#client.connection.close()
  }
}
