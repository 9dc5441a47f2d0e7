import type { RemoteTask } from '../../core/observation.ts'
import { otherSide, type Side } from '../../core/policy.ts'
import type { MemberRow } from '../../store/members.ts'

/** The task on the other side of a pair, as it was last seen. */
export type Counterpart = { readonly remoteId: string; readonly seen: RemoteTask }

/** What stands opposite the task of `side`; null where nothing does. */
export function counterpartOf(side: Side, members: readonly MemberRow[]): Counterpart | null {
  const other = members.find((member) => member.side === otherSide(side))
  return other === undefined ? null : { remoteId: other.remoteId, seen: other.row.seen }
}
