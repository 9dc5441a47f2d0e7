import type { Connection, ContainerRef, Containers, RemoteContainer } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import type { ContainerRow } from '../../store/containers.ts'
import type { ClaimedHomeOp } from '../../store/home-ops.ts'
import type { OpenConnection } from '../open-connection.ts'

/** What a write to a home is about. `project`: where the container goes, or is to come into; null where it stays as it is. */
export type Tended = {
  readonly op: ClaimedHomeOp
  readonly row: ContainerRow
  readonly project: ContainerRow | null
}

/** One write to a home; what the service shows after it. `link`: the line in the description that leads to what it stands for. */
export async function call(
  containers: Containers,
  { writing, provider }: OpenConnection,
  tended: Tended,
  link: string | null,
): Promise<RemoteContainer> {
  const { op, row, project } = tended
  const { change, key } = op
  if (change.kind === 'make') return make(containers, writing, tended, link)
  const which = refOf(containers, row)
  switch (change.kind) {
    case 'move':
      if (project?.remoteId == null)
        throw new Error(`op ${key} moves a section into a project that was never made`)
      return containers.move(writing, which, project.remoteId)
    case 'rename':
      return containers.update(writing, which, { name: change.name })
    case 'relink':
      return containers.update(writing, which, { link: change.link })
    case 'unarchive':
      return containers.archive(writing, which, false)
    case 'archive':
    case 'remove':
      // It goes into the archive, and is not deleted: whatever its user puts there in this moment would go with it for good.
      return (await containers.retire?.(writing, which)) ?? inUse(which.kind, provider.kind)
  }
}

/** A service remembers for some minutes what it has made under a key: an answer that was lost is looked for first. */
async function make(
  containers: Containers,
  writing: Connection,
  { op, row: { key, name, marker, role }, project }: Tended,
  link: string | null,
): Promise<RemoteContainer> {
  const listed = op.attempts > 1 ? (await containers.list(writing)).containers : []
  const kind = kindOf(containers, role)
  const [found] = listed.filter((one) => one.kind === kind && one.marker === marker)
  return (
    found ?? containers.create(writing, { key, kind, name, parent: project?.remoteId ?? null, marker, link })
  )
}

/** A deal's section is of the second of the service's kinds, everything else of the first. */
export function kindOf(
  { kinds }: Pick<Containers, 'kinds'>,
  role: ContainerRow['role'],
): ContainerRef['kind'] {
  return (role === 'deal' ? kinds[1] : kinds[0]) ?? 'project'
}

export function refOf(
  containers: Pick<Containers, 'kinds'>,
  { id, role, remoteId }: Pick<ContainerRow, 'id' | 'role' | 'remoteId'>,
): ContainerRef {
  if (remoteId === null) throw new Error(`container ${id} was never made, and cannot be written to`)
  return { kind: kindOf(containers, role), remoteId }
}

function inUse(kind: string, provider: string): never {
  throw new ProviderError({
    kind: 'conflict',
    provider,
    message: `The ${kind} is not empty any more, and stays`,
  })
}
