import { TodoistApi, type TodoistRequestError } from '@doist/todoist-sdk'
import type { TodoistSettings } from './settings.ts'
import { emptyAccount, type TestClient } from './test-client.ts'

/** Doist's own client on an empty account, and ours beside it to play the operator. */
export type SdkAccount = { api: TodoistApi; client: TestClient }

export async function sdkAccount(settings: Partial<TodoistSettings> = {}): Promise<SdkAccount> {
  const client = await emptyAccount(settings)
  return { client, api: new TodoistApi('key', { baseUrl: client.sim.url }) }
}

/** What a call was refused with: the status, the error's tag and its code. */
export async function refusalOf(call: Promise<unknown>): Promise<unknown[]> {
  try {
    await call
    return []
  } catch (error) {
    const { httpStatusCode, responseData } = error as TodoistRequestError
    const data = (responseData ?? {}) as Record<string, unknown>
    return [httpStatusCode, data.errorTag ?? data.error_tag, data.errorCode ?? data.error_code]
  }
}
