import type { Side } from '../core/policy.ts'
import type { RemoteContainer } from '../providers/contract.ts'
import { noteListNames } from '../store/list-names.ts'
import type { Deps } from './deps.ts'
import { openConnection } from './open-connection.ts'
import * as refusal from './route-refusals.ts'

/** The list that a person means, by its id or its name. Throws UserError (exit code 2) with what there is. */
export async function findList(deps: Deps, asked: AskedList, signal: AbortSignal): Promise<RemoteContainer> {
  const { found, known, account } = await lookForList(deps, asked, signal)
  if (found !== undefined) return found
  throw refusal.noSuchList(asked.text, asked.side, account, known)
}

/** As a person names it: by id or name. */
export type AskedList = { readonly connectionId: string; readonly side: Side; readonly text: string }

/** The list that a person means, if there is one, the names of all, and whose they are. Throws UserError where several have the name. */
export async function lookForList(
  deps: Deps,
  { connectionId, side, text }: AskedList,
  signal: AbortSignal,
): Promise<{
  readonly found: RemoteContainer | undefined
  readonly known: readonly string[]
  readonly account: string
}> {
  const open = await openConnection(deps, connectionId, 'change', signal)
  const account = `${open.provider.name} (${open.row.name})`
  const all = (await open.provider.containers?.list(open.direct))?.containers ?? []
  await noteListNames(deps.db, connectionId, all)
  const lists = all.filter(({ kind }) => kind !== 'section')
  const byId = lists.find(({ remoteId }) => remoteId === text)
  const known = lists.map(({ name }) => name)
  if (byId !== undefined) return { found: byId, known, account }
  const named = lists.filter(({ name }) => name.toLowerCase() === text.toLowerCase())
  const [found] = named
  if (named.length > 1)
    throw refusal.manySuchLists(
      text,
      side,
      account,
      named.map(({ remoteId }) => remoteId),
    )
  return { found, known, account }
}
