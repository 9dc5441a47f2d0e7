import { afterAll, beforeAll, expect, it } from 'vitest'
import { addTitled, change, openLocalDatabase } from '../../../test/store/local.ts'
import { waitForLocks } from '../../../test/store/record.ts'
import type { LocalPage } from '../../providers/local/store.ts'
import { type Db, inTransaction } from '../database.ts'
import { addList, changeList } from './change-list.ts'
import { addTask, changeTask } from './change-task.ts'
import { changesPage } from './changes.ts'
import { deleteList, purgeList } from './delete-list.ts'
import { purgeTask } from './delete-task.ts'
import { openWriting } from './writing.ts'

let bed: Awaited<ReturnType<typeof openLocalDatabase>>
let db: Db

beforeAll(async () => {
  bed = await openLocalDatabase()
  db = bed.db
})
afterAll(() => bed[Symbol.asyncDispose]())

const page = (from: LocalPage | null, limit = 100): Promise<LocalPage> =>
  changesPage(db, {
    since: from === null ? null : { storeId: from.storeId, seq: from.until },
    until: null,
    after: null,
    limit,
  })
const titles = ({ tasks }: LocalPage) => tasks.map(({ title }) => title)

it('of two transactions that overlap neither is missed, whichever ends first', async () => {
  const start = await page(null)
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let begun = () => {}
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve
  })
  const first = inTransaction(db, async (tx) => {
    await addTask(await openWriting(tx, 'api'), { title: 'first' })
    begun()
    await held
  })
  await hasBegun
  const second = addTitled(db, 'second')
  // The second one waits for the first, or it is done before it: then a reader has it now, and must not miss the first.
  await Promise.race([second, waitForLocks(db, 1)])
  const between = await page(start)
  release()
  await Promise.all([first, second])
  const later = await page(between)
  expect([...titles(between), ...titles(later)].sort()).toEqual(['first', 'second'])
})

it('a walk of several pages tells each change once, as it was when the walk began or later', async () => {
  const start = await page(null)
  const ids: string[] = []
  for (let nth = 0; nth < 5; nth += 1) ids.push(await addTitled(db, `walk ${nth}`))
  const { storeId } = start
  const since = { storeId, seq: start.until }
  const first = await changesPage(db, { since, until: null, after: null, limit: 2 })
  await change(db, (writing) => changeTask(writing, ids[4] ?? '', { content: { title: 'edited' } }))
  const rest: string[] = []
  for (let after = first.next; after !== null; ) {
    const next = await changesPage(db, { since, until: first.until, after, limit: 2 })
    rest.push(...titles(next))
    after = next.next
  }
  expect([...titles(first), ...rest]).toEqual(['walk 0', 'walk 1', 'walk 2', 'walk 3'])
  expect(titles(await page(first))).toEqual(['edited'])
})

it('what is purged leaves its id and no text, for lists too', async () => {
  const start = await page(null)
  const list = await change(db, (writing) => addList(writing, { name: 'Secret' }))
  const id = await addTitled(db, 'private', { list: list.id })
  await change(db, (writing) => purgeTask(writing, id))
  await change(db, (writing) => purgeList(writing, list.id, null))
  const told = await page(start)
  expect([told.gone, told.goneLists, told.tasks, told.lists]).toEqual([[id], [list.id], [], []])
  const left = await db`select to_jsonb(t) as row from local_tombstone t where id in ${db([id, list.id])}`
  expect(left.map(({ row }) => Object.keys(row).sort())).toEqual(
    [1, 2].map(() => ['changed_seq', 'id', 'key', 'kind']),
  )
})

it('tells lists that changed, as they are now', async () => {
  const start = await page(null)
  const kept = await change(db, (writing) => addList(writing, { name: 'One' }))
  const lost = await change(db, (writing) => addList(writing, { name: 'Two' }))
  await change(db, (writing) => changeList(writing, kept.id, { archived: true }))
  await change(db, (writing) => deleteList(writing, lost.id, null))
  const { lists } = await page(start)
  expect(lists.map((one) => [one.name, one.archivedAt !== null, one.deletedAt !== null])).toEqual([
    ['One', true, false],
    ['Two', false, true],
  ])
})

it('begins anew where the number is of another store, or of a future that never was', async () => {
  const { storeId, until } = await page(null)
  const from = (since: { storeId: string; seq: string }) =>
    changesPage(db, { since, until: null, after: null, limit: 1 })
  expect((await from({ storeId, seq: until })).since).toBe(until)
  expect((await from({ storeId, seq: String(Number(until) + 1) })).since).toBeNull()
  expect((await from({ storeId: storeId.replace(/^./, 'z'), seq: until })).since).toBeNull()
})
