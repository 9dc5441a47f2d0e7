import { firstLook, type MirrorRow } from '../../src/core/observe.ts'
import type { Side } from '../../src/core/policy.ts'
import { saveConnection } from '../../src/store/connections.ts'
import { type Db, inTransaction, isPostgresError, openDatabase, type Tx } from '../../src/store/database.ts'
import { insertPairs } from '../../src/store/first-sync.ts'
import { lockMirror, saveMirror } from '../../src/store/mirror.ts'
import { insertOps, type NewOp } from '../../src/store/ops.ts'
import { addRoute, markFilled, setRouteState } from '../../src/store/routes.ts'
import { remoteTask } from '../core/remote-task.ts'
import { policy } from '../core/rules.ts'
import { TestClock } from '../histories/world.ts'
import { openMigratedDatabase } from '../support/database.ts'

export const SECRET = 'a secret of the tests'

/** The time at which a record's clock stands at first. */
export const START = '2026-11-21T10:00:00.000000Z'

/** An empty record of its own, whose clock stands still unless it is moved. */
export type TestRecord = AsyncDisposable & {
  readonly db: Db
  readonly url: string
  readonly clock: TestClock
}

export async function openTestRecord(): Promise<TestRecord> {
  const database = await openMigratedDatabase()
  const db = openDatabase({ url: database.url })
  const clock = new TestClock(db, Date.parse(START) - 1)
  await clock.install()
  return {
    db,
    url: database.url,
    clock,
    async [Symbol.asyncDispose]() {
      await db.end()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Resolves when so many of this record's queries wait for a lock. */
export async function waitForLocks(db: Db, count: number): Promise<void> {
  for (;;) {
    const [row] = await db<{ waiting: number }[]>`
      select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`
    if ((row?.waiting ?? 0) >= count) return
  }
}

export type TestRoute = { readonly routeId: string; readonly left: string; readonly right: string }

let routes = 0

export async function addConnection(db: Db, name: string): Promise<string> {
  const given = {
    name,
    provider: name,
    baseUrl: 'memory:',
    credentials: {},
    pollSeconds: 30,
    webhooks: false,
  }
  return saveConnection(db, given, SECRET)
}

/** A working route between two connections of its own, its first sync done. */
export async function addTestRoute(db: Db): Promise<TestRoute> {
  routes += 1
  const left = await addConnection(db, `left-${routes}`)
  const right = await addConnection(db, `right-${routes}`)
  const route = await addRoute(db, {
    name: `record-route-${routes}`,
    leftId: left,
    rightId: right,
    policy: policy(),
  })
  await setRouteState(db, route.id, 'active')
  await markFilled(db, route.id)
  return { routeId: route.id, left, right }
}

/** Puts a task into the mirror. */
export async function mirrorTask(
  db: Db,
  connectionId: string,
  remoteId: string,
  row: Partial<MirrorRow> = {},
): Promise<MirrorRow> {
  const picture = { ...firstLook(remoteTask(), START, START), ...row }
  await inTransaction(db, async (tx) =>
    saveMirror(
      tx,
      connectionId,
      [{ remoteId, row: picture }],
      await lockMirror(tx, connectionId, [remoteId]),
    ),
  )
  return picture
}

/** A pair of tasks that are in the mirror: `ids` on one side or both. */
export async function addPair(
  db: Db,
  route: TestRoute,
  ids: Readonly<Partial<Record<Side, string>>>,
): Promise<string> {
  const members = (['left', 'right'] as const).flatMap((side) => {
    const remoteId = ids[side]
    return remoteId === undefined ? [] : [{ side, connectionId: route[side], remoteId }]
  })
  for (const { connectionId, remoteId } of members) await mirrorTask(db, connectionId, remoteId)
  return inTransaction(db, (tx) => createPair(tx, route.routeId, members))
}

/** A pair that began on the left, of tasks that may be those of another route too. */
export async function createPair(
  tx: Tx,
  routeId: string,
  members: readonly { readonly side: Side; readonly connectionId: string; readonly remoteId: string }[],
): Promise<string> {
  const pair = { origin: 'left', person: null, personBy: null, state: 'ok', reason: null, members } as const
  const [id] = await insertPairs(tx, routeId, [pair])
  if (id === undefined) throw new Error('a pair was not stored')
  return id
}

export function isUniqueViolation(error: unknown): boolean {
  return isPostgresError(error, '23505')
}

/** The last plan has read everything about these pairs. */
export async function allDecided(db: Db): Promise<void> {
  await db`
    update pair_member m set decided_seq = t.changed_seq from remote_task t
    where t.connection_id = m.connection_id and t.remote_id = m.remote_id`
}

export const PLAN_ID = '00000000-0000-4000-8000-000000000001'

export function newOp(route: TestRoute, pairId: string, given: Partial<NewOp> = {}): NewOp {
  return {
    routeId: route.routeId,
    pairId,
    side: 'right',
    connectionId: given.side === 'left' ? route.left : route.right,
    remoteId: null,
    verb: 'update',
    before: null,
    after: { title: 'New' },
    sources: { title: 'New' },
    base: { left: {}, right: {} },
    beside: null,
    cause: 'change',
    person: null,
    containerId: null,
    steps: [{ name: 'fields', fields: { title: 'New' }, outcome: 'open' }],
    planId: PLAN_ID,
    plannedVersion: 0,
    ...given,
  }
}

export async function addOps(db: Db, ...ops: NewOp[]): Promise<string[]> {
  return inTransaction(db, (tx) => insertOps(tx, ops))
}
