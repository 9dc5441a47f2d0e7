import { isOwnComment } from '../../core/note-text.ts'
import { otherSide } from '../../core/policy.ts'
import type { CommentNews } from '../../providers/contract.ts'
import { ProviderError } from '../../providers/provider-error.ts'
import { type Copying, dropComments, ownComments, takeComments } from '../../store/comment-news.ts'
import { cursorOf, keepCursor, moveCursor } from '../../store/cursors.ts'
import { inTransaction } from '../../store/database.ts'
import { connectionOf, routesOfConnection, sideOf } from '../../store/routes.ts'
import type { Deps } from '../deps.ts'
import type { OpenConnection } from '../open-connection.ts'
import { commentSide, providersOf } from './note-side.ts'

/** What a service has told of comments, for the route that asked. `from`: its cursor then. */
export type ToldComments = {
  readonly copying: Copying
  readonly from: string | null
  readonly news: CommentNews
}

/** The stream of a route's comments: each route copies from when it was told to. */
export function commentStream(routeId: string): string {
  return `comments/${routeId}`
}

/**
 * Asks for comments, before the tasks are asked for: so the task of each of them is known when they are taken in. What the
 * service does not tell now is asked for again with the next pull; only a refused key is told, as with every call.
 */
export async function askForComments(deps: Deps, open: OpenConnection): Promise<readonly ToldComments[]> {
  const { comments } = open.provider
  if (comments === undefined) return []
  const told: ToldComments[] = []
  for (const copying of await copyingFrom(deps, open.row.id)) {
    const from = await cursorOf(deps.db, open.row.id, commentStream(copying.routeId))
    try {
      told.push({ copying, from, news: await comments.changed(open.direct, from) })
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind === 'auth') throw error
      deps.log.warn(
        { connectionId: open.row.id, kind: error.kind },
        'comments were not told; they are asked for again',
      )
      break
    }
  }
  return told
}

/** Whether any route copies comments of this connection. */
export async function copiesComments(deps: Deps, { row }: OpenConnection): Promise<boolean> {
  return (await copyingFrom(deps, row.id)).length > 0
}

/** The routes that copy comments of a connection. */
async function copyingFrom(deps: Deps, connectionId: string): Promise<readonly Copying[]> {
  const found: Copying[] = []
  for (const route of await routesOfConnection(deps.db, connectionId)) {
    if (route.policy.comments !== true) continue
    const app = sideOf(route, connectionId)
    if (commentSide(await providersOf(deps.db, deps, route), route.policy) !== app) continue
    found.push({ routeId: route.id, crm: connectionOf(route, otherSide(app)), app: connectionId })
  }
  return found
}

/**
 * Takes in what was told, after the tasks. Without a cursor a route begins to copy: what is there by then stays where it is. The cursor
 * is moved with what it covers (I13).
 */
export async function takeInComments(deps: Deps, told: readonly ToldComments[]): Promise<void> {
  for (const { copying, from, news } of told)
    await inTransaction(deps.db, async (tx) => {
      const own = await ownComments(
        tx,
        news.comments.map(({ remoteId }) => remoteId),
      )
      const users = news.comments.filter(({ remoteId, text }) => !own.has(remoteId) && !isOwnComment(text))
      const seen = users.map(({ remoteId, task, text, file }) => ({ remoteId, task, words: { text, file } }))
      const where = { connectionId: copying.app, stream: commentStream(copying.routeId) }
      const move = { to: news.cursor, askedAt: news.askedAt }
      // Somebody else has taken in what came after this cursor: he has seen what is newer than this.
      if (from === null) await keepCursor(tx, where, move)
      else if (!(await moveCursor(tx, where, { from, ...move }))) return
      await takeComments(tx, copying, seen, from === null)
      await dropComments(tx, copying, news.deleted)
    })
}
