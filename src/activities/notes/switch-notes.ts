import { otherSide, SIDES } from '../../core/policy.ts'
import { connectionById } from '../../store/connections.ts'
import { forgetStream } from '../../store/cursors.ts'
import type { Tx } from '../../store/database.ts'
import { connectionOf, type RouteRow } from '../../store/routes.ts'
import { type Deps, providerOf } from '../deps.ts'
import type { PolicyChange } from '../policy-change.ts'
import { noCommentsHere, noNotesHere } from '../route-refusals.ts'
import { commentSide, noteSide } from './note-side.ts'
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
  const [left, right] = await Promise.all(
    SIDES.map(async (side) =>
      providerOf(deps, (await connectionById(tx, connectionOf(route, side))).provider),
    ),
  )
  if (left === undefined || right === undefined) throw new Error('a route has two sides')
  const providers = { left, right }
  const side = noteSide(providers)
  if (side === null) throw noNotesHere(left.name, right.name)
  if (comments !== true) return
  if (commentSide(providers, { comments }) === null) throw noCommentsHere(providers[otherSide(side)].name)
  if (before.comments !== true) await forgetStream(tx, commentStream(route.id))
}
