import { proxyActivities } from '@temporalio/workflow'

type Activities = { callService(name: string): Promise<string> }

/** One call to a service, as the workflows of the product make it. */
export async function callOnce(name: string): Promise<string> {
  const { callService } = proxyActivities<Activities>({
    startToCloseTimeout: '60 s',
    heartbeatTimeout: '10 s',
    retry: { initialInterval: '100 ms', maximumInterval: '1 s' },
  })
  return callService(name)
}
