import type { Side } from '../core/policy.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { noteListNames } from '../store/list-names.ts'
import type { Deps } from './deps.ts'
import { openConnection } from './open-connection.ts'
import * as refusal from './route-refusals.ts'

/** The list that a person means, by its id or its name. Throws UserError (exit code 2) with what there is. */
export async function findList(
  deps: Deps,
  { connectionId, side, text }: { readonly connectionId: string; readonly side: Side; readonly text: string },
  signal: AbortSignal,
): Promise<RemoteContainer> {
  const open = await openConnection(deps, connectionId, 'change', signal)
  const all = (await open.provider.containers?.list(open.direct))?.containers ?? []
  await noteListNames(deps.db, connectionId, all)
  const lists = all.filter(({ kind }) => kind !== 'section')
  const byId = lists.find(({ remoteId }) => remoteId === text)
  if (byId !== undefined) return byId
  const named = lists.filter(({ name }) => name.toLowerCase() === text.toLowerCase())
  const [found] = named
  if (named.length > 1)
    throw refusal.manySuchLists(
      text,
      side,
      named.map(({ remoteId }) => remoteId),
    )
  if (found !== undefined) return found
  throw refusal.noSuchList(
    text,
    side,
    lists.map(({ name }) => name),
  )
}
