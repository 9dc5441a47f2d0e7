import { explain } from '../../activities/explain.ts'
import { discardOne, retryOne, setOverrides } from '../../activities/manage/pairs.ts'
import { noSuchPair } from '../../activities/pair-picture.ts'
import { knownJson } from '../../activities/shown/known-task.ts'
import { opJson } from '../../activities/shown/op.ts'
import { workflowIds } from '../../config/temporal-names.ts'
import { opPage } from '../../store/op-log.ts'
import { type ListedPair, type ListedSide, listPairs, type PairQuery } from '../../store/pair-list.ts'
import type { Administration } from '../administration.ts'
import { cursorOf, readCursor } from './cursor.ts'
import { managing, type Operation } from './operation.ts'
import * as schema from './pair-schemas.ts'

type Deps = Administration['deps']

const tag = 'Pairs'
const HISTORY = 50
const ANY = {
  id: null,
  route: null,
  state: null,
  pending: null,
  task: null,
  deal: null,
  person: null,
  after: '0',
} as const satisfies Partial<PairQuery>

function linkOf({ providers }: Deps, { provider, baseUrl, facts, task, person }: ListedSide, of: ListedPair) {
  const about = { remoteId: task, person: person ?? of.person }
  return providers.get(provider)?.taskPage?.({ baseUrl, facts }, about) ?? null
}

function shownSide(deps: Deps, pair: ListedPair, side: ListedSide | null): schema.ShownPair['left'] {
  if (side === null) return null
  const { connection, provider, task, presence } = side
  return { connection, provider, task, presence, link: linkOf(deps, side, pair) }
}

function shown(deps: Deps, pair: ListedPair): schema.ShownPair {
  const { overrides, left, right, ...rest } = pair
  const best = [left, right].find((side) => side?.presence === 'present') ?? left ?? right
  return {
    ...rest,
    title: best?.title ?? null,
    completed: best?.completed ?? false,
    overrides: [...overrides],
    left: shownSide(deps, pair, left),
    right: shownSide(deps, pair, right),
  }
}

async function pairWithId({ db }: Deps, id: string): Promise<ListedPair> {
  const [found] = await listPairs(db, { ...ANY, id, limit: 1 })
  if (found === undefined) throw noSuchPair(id)
  return found
}

/** All that is known of a pair, as `explain` says it. */
async function wholePair(deps: Deps, id: string) {
  const listed = await pairWithId(deps, id)
  const [known] = await explain(deps, { kind: 'pair', id })
  if (known === undefined) throw noSuchPair(id)
  const { left, right, next, former, open, conflicts, notCarried, standing, pending } = knownJson(known)
  const history = await opPage(deps.db, {
    before: null,
    route: null,
    status: null,
    side: null,
    since: null,
    dropped: false,
    pairId: id,
    limit: HISTORY,
  })
  return {
    ...shown(deps, listed),
    left: left && { ...left, link: listed.left && linkOf(deps, listed.left, listed) },
    right: right && { ...right, link: listed.right && linkOf(deps, listed.right, listed) },
    next,
    former,
    open,
    conflicts,
    ops: history.map(opJson),
    notCarried,
    shownFirst: pending,
    standing,
  }
}

/** What one can do with pairs: the tasks of two sides that are one task. */
export const pairOperations: readonly Operation[] = [
  managing({
    id: 'getPairs',
    method: 'get',
    path: '/pairs',
    tag,
    summary: 'Tasks that are kept in step, and how they stand, page by page',
    query: schema.pairQuery,
    body: null,
    answers: { 200: { description: 'A page of pairs.', schema: schema.pairPage } },
    async run({ administration: { deps }, query }) {
      const { limit, cursor, route = null, state = null, task = null, deal = null, person = null } = query
      const pending = query.pending === undefined ? null : query.pending === 'true'
      const after = cursor === undefined ? '0' : readCursor(cursor)
      const given = { id: null, route, state, pending, task, deal, person, after }
      const found = await listPairs(deps.db, { ...given, limit: limit + 1 })
      const rows = found.slice(0, limit)
      const last = rows.at(-1)
      const nextCursor = last === undefined || found.length <= limit ? null : cursorOf(last.id)
      return { status: 200, body: { pairs: rows.map((one) => shown(deps, one)), nextCursor }, subject: null }
    },
  }),
  managing({
    id: 'getPair',
    method: 'get',
    path: '/pairs/{id}',
    tag,
    summary: 'One pair: both sides, its writes and conflicts, and what happens next',
    query: null,
    body: null,
    answers: { 200: { description: 'The pair.', schema: schema.wholePair } },
    async run({ administration: { deps }, id }) {
      return { status: 200, body: await wholePair(deps, id), subject: null }
    },
  }),
  managing({
    id: 'editPair',
    method: 'patch',
    path: '/pairs/{id}',
    tag,
    summary: 'Say which fields of a pair are left as they are on each side',
    query: null,
    body: schema.pairEdit,
    answers: { 200: { description: 'The pair.', schema: schema.editedPair } },
    async run({ administration, id, body: { overrides } }) {
      const { deps } = administration
      const { changed, told } = await setOverrides(administration, id, overrides)
      const pair = shown(deps, await pairWithId(deps, id))
      return { status: 200, body: { ...pair, changed, told: told === 0 }, subject: null }
    },
  }),
  managing({
    id: 'retryPair',
    method: 'post',
    path: '/pairs/{id}/retry',
    tag,
    summary: 'Try again what a pair waits for, or has failed in',
    query: null,
    body: null,
    answers: { 202: { description: 'It is tried again.', schema: schema.pairWork } },
    async run({ administration, id }) {
      const { changed, told } = await retryOne(administration, id)
      return work(id, changed, told === 0)
    },
  }),
  managing({
    id: 'discardPair',
    method: 'post',
    path: '/pairs/{id}/discard',
    tag,
    summary: 'Give up what a pair waits for; its sides stay as they are until either changes again',
    query: null,
    body: null,
    answers: { 202: { description: 'It is given up.', schema: schema.pairWork } },
    async run({ administration, id }) {
      const { changed, told } = await discardOne(administration, id)
      return work(id, changed, told === 0)
    },
  }),
]

function work(pair: string, changed: boolean, told: boolean) {
  const body = { workflowId: workflowIds.task(pair), pair, changed, told }
  return { status: 202, body, subject: null } as const
}
