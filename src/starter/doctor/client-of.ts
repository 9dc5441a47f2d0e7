import type { Client } from '@temporalio/client'
import type { Patient } from './patient.ts'

/** A client whose namespace there is; null where it is to be made first, which another check tells of. */
export async function clientOf({ temporal }: Pick<Patient, 'temporal'>): Promise<Client | null> {
  if ('error' in temporal) return null
  const client = temporal.value
  try {
    await client.workflowService.describeNamespace({ namespace: client.options.namespace })
    return client
  } catch {
    return null
  }
}
