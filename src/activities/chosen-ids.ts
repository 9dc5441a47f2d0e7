import type { Provider } from '../providers/contract.ts'
import type { Tx } from '../store/database.ts'
import { createsInFlight, type InFlightCreate } from '../store/ops.ts'
import { stepKey } from './write-op.ts'

/**
 * Creates under way into a connection by the ids that they give their tasks, where a service leaves that to us: what it
 * shows by such an id is what we have made, whether it keeps our marker or not.
 */
export async function createsByChosenId(
  tx: Tx,
  connectionId: string,
  { capabilities }: Provider,
): Promise<ReadonlyMap<string, InFlightCreate>> {
  if (capabilities.createIdentity !== 'client-chosen-id') return new Map()
  const creates = await createsInFlight(tx, connectionId)
  return new Map(creates.map((create) => [stepKey(create, create.firstStep), create]))
}
