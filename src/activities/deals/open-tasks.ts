import type { Containers, DbTime, Observation } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { OpenConnection } from '../open-connection.ts'
import { refOf } from './home-call.ts'

/** The open tasks of the section, or of a project (by its remote id); null where that is no more. */
export async function openTasksIn(
  { direct }: OpenConnection,
  containers: Containers,
  place: ContainerRow | string,
): Promise<{ readonly askedAt: DbTime; readonly observations: readonly Observation[] } | null> {
  const which =
    typeof place === 'string'
      ? { kind: containers.kinds[0] ?? 'project', remoteId: place }
      : refOf(containers, place)
  try {
    return (await containers.tasks?.(direct, which)) ?? null
  } catch (error) {
    if (error instanceof ProviderError && ['gone', 'not-visible', 'invalid'].includes(error.kind)) return null
    throw error
  }
}
