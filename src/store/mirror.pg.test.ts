import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { remoteTask } from '../../test/core/remote-task.ts'
import {
  addPair,
  addTestRoute,
  mirrorTask,
  openTestRecord,
  START,
  type TestRecord,
  type TestRoute,
} from '../../test/store/record.ts'
import { plusMs } from '../core/db-time.ts'
import type { MirrorRow } from '../core/observe.ts'
import { inTransaction } from './database.ts'
import { absentSince, lockMirror, openTasksIn, saveMirror, unclaimedTasks } from './mirror.ts'
import { setRouteState } from './routes.ts'

let record: TestRecord
let route: TestRoute

beforeAll(async () => {
  record = await openTestRecord()
})

beforeEach(async () => {
  route = await addTestRoute(record.db)
})

afterAll(async () => {
  await record[Symbol.asyncDispose]()
})

const locked = (ids: string[]) => inTransaction(record.db, (tx) => lockMirror(tx, route.left, ids))

const FULL: MirrorRow = {
  presence: 'gone',
  seen: remoteTask(
    {
      title: 'A "quoted" \\ title 👩‍👩‍👧',
      due: { kind: 'day', day: '2027-01-04' },
      labels: ['a', 'b'],
      list: 'p1',
      parent: 'x',
    },
    {
      version: '0012',
      container: 's1',
      person: '7',
      marker: 'm',
      madeBy: 'u',
      assignedTo: 'u',
      madeAt: START,
      recurs: true,
      completions: 3,
      flags: ['crm'],
      block: ['Tom'],
      extra: { order: 3, deep: { list: [null] } },
    },
  ),
  fieldSeen: { title: 1_800_000_000 },
  askedAt: plusMs(START, 0.001),
  changedSeq: 12,
  missingAt: plusMs(START, 1),
  lookAgain: true,
  goneAt: plusMs(START, 2),
  firstSeenAt: START,
}

describe('a picture', () => {
  it('comes back as it was saved, in every column', async () => {
    await mirrorTask(record.db, route.left, '1', FULL)
    const empty = { ...FULL, presence: 'present', missingAt: null, goneAt: null, lookAgain: false } as const
    await mirrorTask(record.db, route.left, '2', { ...empty, seen: remoteTask() })
    expect(await locked(['2', '1', 'unknown'])).toEqual(
      new Map<string, MirrorRow>([
        ['1', FULL],
        ['2', { ...empty, seen: remoteTask() }],
      ]),
    )
  })

  it('is replaced by the next one, but for the time at which it was first seen', async () => {
    await mirrorTask(record.db, route.left, '1', FULL)
    const next: MirrorRow = { ...FULL, presence: 'present', missingAt: null, goneAt: null, changedSeq: 13 }
    await mirrorTask(record.db, route.left, '1', { ...next, firstSeenAt: plusMs(START, 5000) })
    expect((await locked(['1'])).get('1')).toEqual(next)
  })

  it('that was new to its transaction replaces none that another one made meanwhile', async () => {
    const found: (string | undefined)[] = []
    await inTransaction(record.db, async (tx) => {
      const known = await lockMirror(tx, route.left, ['1', '2'])
      found.push(known.get('1')?.seen.task.title)
      if (found.length === 1) await mirrorTask(record.db, route.left, '1', FULL)
      const row = { ...FULL, changedSeq: (known.get('1')?.changedSeq ?? 0) + 1 }
      const rows = ['1', '2'].map((remoteId) => ({ remoteId, row }))
      await saveMirror(tx, route.left, rows, known)
    })
    expect(found).toEqual([undefined, FULL.seen.task.title])
    expect((await locked(['1'])).get('1')?.changedSeq).toBe(FULL.changedSeq + 1)
  })

  it('of one connection is none of another', async () => {
    await mirrorTask(record.db, route.right, '1')
    expect(await locked(['1'])).toEqual(new Map())
  })

  it('of no task is no work', async () => {
    expect(await locked([])).toEqual(new Map())
    await inTransaction(record.db, (tx) => saveMirror(tx, route.left, [], new Map()))
  })
})

describe('tasks that a complete walk did not show', () => {
  const startedAt = plusMs(START, 1000)
  const absent = (showsCompleted = true, limit = 10) =>
    absentSince(record.db, route.left, { startedAt, showsCompleted }, limit)

  it('are those that were there before it began and were not looked at since', async () => {
    await mirrorTask(record.db, route.left, 'absent')
    await mirrorTask(record.db, route.left, 'shown', { askedAt: startedAt })
    await mirrorTask(record.db, route.left, 'gone', { presence: 'gone' })
    await mirrorTask(record.db, route.left, 'hidden', { presence: 'unknown' })
    await mirrorTask(record.db, route.left, 'missed before', { missingAt: START })
    await mirrorTask(record.db, route.right, 'of the other side')
    expect(await absent()).toEqual(['absent'])
  })

  it('are no completed ones where the walk shows none of these', async () => {
    await mirrorTask(record.db, route.left, 'done', { seen: remoteTask({ completed: true }) })
    await mirrorTask(record.db, route.left, 'open')
    expect(await absent(true)).toEqual(['done', 'open'])
    expect(await absent(false)).toEqual(['open'])
    expect(await absent(true, 1)).toEqual(['done'])
  })
})

describe('tasks at the intake gate', () => {
  const waiting = async () =>
    (await inTransaction(record.db, (tx) => unclaimedTasks(tx, route.left, route.routeId))).map(
      (one) => one.remoteId,
    )

  it('are present, and in no pair of this route, not even as a former one', async () => {
    await mirrorTask(record.db, route.left, 'b')
    await mirrorTask(record.db, route.left, 'a')
    await mirrorTask(record.db, route.left, 'gone', { presence: 'gone' })
    await mirrorTask(record.db, route.left, 'hidden', { presence: 'unknown' })
    await addPair(record.db, route, { left: 'paired' })
    const former = await addPair(record.db, route, { left: 'former' })
    await record.db`update pair_member set role = 'former' where pair_id = ${former}`
    expect(await waiting()).toEqual(['a', 'b'])
  })

  it('are those of a working route alone', async () => {
    await mirrorTask(record.db, route.left, 'a')
    for (const state of ['draft', 'matching', 'paused', 'stopped'] as const) {
      await setRouteState(record.db, route.routeId, state)
      expect(await waiting()).toEqual([])
    }
  })

  it('come with their pictures', async () => {
    const row = await mirrorTask(record.db, route.left, 'a', { changedSeq: 4 })
    const tasks = await inTransaction(record.db, (tx) => unclaimedTasks(tx, route.left, route.routeId))
    expect(tasks).toEqual([{ remoteId: 'a', row }])
  })
})

it('open tasks are counted by the list in which they lie', async () => {
  const lie = (id: string, list: string, given: Partial<MirrorRow> = {}, completed = false) =>
    mirrorTask(record.db, route.left, id, {
      seen: remoteTask({ completed, list }, { container: `${list}-s` }),
      ...given,
    })
  await lie('1', 'p1')
  await lie('2', 'p1')
  await lie('3', 'p1', {}, true)
  await lie('4', 'p1', { presence: 'gone' })
  await lie('5', 'p2')
  await lie('6', 'p3')
  const open = (lists: string[]) => inTransaction(record.db, (tx) => openTasksIn(tx, route.left, lists))
  expect(await open(['p1', 'p2', 'empty'])).toEqual(
    new Map([
      ['p1', 2],
      ['p2', 1],
    ]),
  )
  expect(await open([])).toEqual(new Map())
})
