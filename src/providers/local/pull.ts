import { z } from 'zod'
import type { Connection, Page, PullRequest } from '../contract.ts'
import { ProviderError } from '../provider-error.ts'
import { call } from './call.ts'
import { PAGE_SIZE } from './capabilities.ts'
import { decodeList, goneList, observe } from './mapping.ts'
import type { LocalPageRequest, LocalSince, LocalTaskStore } from './store.ts'

/** `<store>/<number of a change>` */
const CURSOR = /^([0-9a-f-]{36})\/(\d{1,19})$/u

/** Where a walk stands: from which change it tells (null: everything), up to which, and behind which row. */
const positionSchema = z.tuple([
  z.tuple([z.string(), z.string().regex(/^\d+$/u)]).nullable(),
  z.string().regex(/^\d+$/u),
  z.string().regex(/^\d+$/u),
])

/** `Provider.pull`: one call of the store for each page. */
export async function pull(
  store: LocalTaskStore,
  connection: Connection,
  request: PullRequest,
): Promise<Page> {
  const { askedAt, answer: page } = await call(connection, () => store.page(pageRequest(request)))
  const { storeId, since, until, next } = page
  return {
    askedAt,
    observations: [
      ...page.tasks.map((task) => observe({ id: task.id, task })),
      ...page.gone.map((id) => observe({ id, task: null, purged: true })),
    ],
    containers: [...page.lists.map(decodeList), ...page.goneLists.map(goneList)],
    position: next === null ? null : JSON.stringify([since === null ? null : [storeId, since], until, next]),
    cursor: next === null ? `${storeId}/${until}` : null,
    complete: next === null && since === null,
  }
}

function pageRequest({ mode, cursor, position }: PullRequest): LocalPageRequest {
  if (position === null)
    return {
      since: mode === 'complete' ? null : readCursor(cursor),
      until: null,
      after: null,
      limit: PAGE_SIZE,
    }
  const [since, until, after] = readPosition(position)
  return {
    since: since === null ? null : { storeId: since[0], seq: since[1] },
    until,
    after,
    limit: PAGE_SIZE,
  }
}

/** Null for a cursor that is none of ours. */
function readCursor(cursor: string | null): LocalSince | null {
  const [, storeId, seq] = CURSOR.exec(cursor ?? '') ?? []
  return storeId === undefined || seq === undefined ? null : { storeId, seq }
}

function readPosition(position: string): z.infer<typeof positionSchema> {
  try {
    return positionSchema.parse(JSON.parse(position))
  } catch (cause) {
    throw new ProviderError({
      kind: 'invalid',
      provider: 'local',
      message: 'The position in the walk is none of ours.',
      hint: 'Begin the walk anew.',
      cause,
    })
  }
}
