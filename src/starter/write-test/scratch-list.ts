import { randomUUID } from 'node:crypto'
import type { OpenConnection } from '../../activities/open-connection.ts'
import { listMarker } from '../../core/marker.ts'
import { WRITE_TEST_LIST } from '../../core/write-test.ts'
import type { ContainerTarget } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'

/** A list of its own for a trial; null where the account takes no more, or its service has none that we could make. */
export async function makeScratchList({
  provider,
  writing,
}: OpenConnection): Promise<ContainerTarget | null> {
  const kind = provider.containers?.kinds[0]
  if (provider.containers === null || kind === undefined) return null
  const key = randomUUID()
  try {
    const { remoteId } = await provider.containers.create(writing, {
      key,
      kind,
      name: WRITE_TEST_LIST,
      parent: null,
      marker: null,
    })
    const name = WRITE_TEST_LIST
    return {
      containerId: `write-test/${key}`,
      remoteId,
      kind,
      key,
      name,
      marker: listMarker(key),
      link: null,
      parent: null,
    }
  } catch (error) {
    if (error instanceof ProviderError && error.kind === 'limit-reached') return null
    throw error
  }
}

/** True when it is gone. */
export async function removeScratchList(
  { provider, writing }: OpenConnection,
  { kind, remoteId }: ContainerTarget,
): Promise<boolean> {
  if (provider.containers === null || remoteId === null) return true
  return provider.containers.removeEmpty(writing, { kind, remoteId })
}
