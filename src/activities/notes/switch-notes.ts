import { otherSide } from '../../core/policy.ts'
import { forgetStream } from '../../store/cursors.ts'
import type { Tx } from '../../store/database.ts'
import type { RouteRow } from '../../store/routes.ts'
import type { Deps } from '../deps.ts'
import type { PolicyChange } from '../policy-change.ts'
import { noCommentsHere, noNotesHere } from '../route-refusals.ts'
import { commentSide, noteSide, providersOf } from './note-side.ts'
import { commentStream } from './pull-comments.ts'

/**
 * Looks whether a route can do what is said of notes and comments, and has it copy comments from now on where it did not before
 * (`before`). Throws UserError (exit code 2).
 */
export async function switchNotes(
  tx: Tx,
  deps: Pick<Deps, 'providers'>,
  route: Pick<RouteRow, 'id' | 'leftId' | 'rightId'>,
  { comments, notes }: PolicyChange,
  before: { readonly comments?: boolean },
): Promise<void> {
  if (comments !== true && notes !== true) return
  const providers = await providersOf(tx, deps, route)
  const side = noteSide(providers)
  if (side === null) throw noNotesHere(providers.left.name, providers.right.name)
  if (comments !== true) return
  if (commentSide(providers, { comments }) === null) throw noCommentsHere(providers[otherSide(side)].name)
  if (before.comments !== true) await forgetStream(tx, commentStream(route.id))
}
