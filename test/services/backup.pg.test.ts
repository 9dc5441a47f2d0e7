import { describe, expect, it } from 'vitest'
import { activate } from '../../src/activities/fill.ts'
import { plan } from '../../src/activities/plan.ts'
import { readHead, restoreBackup } from '../../src/store/backup/read.ts'
import { writeBackup } from '../../src/store/backup/write.ts'
import { type Db, inTransaction } from '../../src/store/database.ts'
import { markFilled } from '../../src/store/routes.ts'
import { type Bridge, openBridge, PERSON } from './bridge.ts'

const backupOf = async (db: Db): Promise<string[]> => {
  const lines: string[] = []
  await writeBackup(db, null, async (some) => void lines.push(...some))
  return lines
}

async function restore(db: Db, [first, ...rest]: readonly string[]): Promise<void> {
  const head = await readHead(first)
  const lines = async function* () {
    yield* rest
  }
  await inTransaction(db, (tx) => restoreBackup(tx, head, lines()))
}

/** What a worker does first with a route that is to be matched. */
async function goOn(bridge: Bridge): Promise<void> {
  await bridge.showNewTasks()
  for (const side of ['left', 'right'] as const) await bridge.worker.pull(side, 'complete')
  await activate(bridge.deps, { routeId: bridge.routeId })
  await markFilled(bridge.db, bridge.routeId)
  await bridge.settle()
}

/** What users see on both sides. */
async function shown(bridge: Bridge) {
  const items = (await bridge.items()).map(({ content, checked, due, description }) => [
    content,
    checked,
    due?.date ?? null,
    description,
  ])
  const tasks = (await bridge.fubTasks()).map((task) => [
    task.name,
    task.isCompleted,
    task.dueDate ?? task.dueDateTime,
  ])
  return { items: items.sort(), tasks: tasks.sort() }
}

const opsSince = async (db: Db, id: string) =>
  db<{ verb: string; side: string; after: unknown }[]>`
    select verb, side, after from op where id > ${id} and status = 'confirmed' order by id`
const lastOp = async (db: Db) =>
  (await db<{ id: string }[]>`select coalesce(max(id), 0)::text as id from op`)[0]?.id ?? '0'

describe('a record that is restored', () => {
  it('holds what it held, to the letter, and writes nothing where nothing has changed since', async () => {
    await using bridge = await openBridge({ ownRecord: true })
    await bridge.addFubTask({ name: 'One "quoted", with \\ and\n𝕌', dueDate: '2027-03-05' })
    await bridge.settle()
    const [seen, last] = [await shown(bridge), await lastOp(bridge.db)]
    await bridge.db`update pair set last_error = ${'a, (b)\n"c" \\. \\N'}`
    await bridge.db`
      insert into conflict (pair_id, field, base, "left") select id, 'title', 'null'::jsonb, null from pair limit 1`
    const before = await backupOf(bridge.db)
    await restore(bridge.db, before)
    const rows = (lines: readonly string[]) => lines.filter((line) => line.startsWith('"')).sort()
    const changed = rows(await backupOf(bridge.db)).filter((line) => !rows(before).includes(line))
    // The route is to be matched again, and its scope looked at.
    expect(changed).toHaveLength(1)
    expect(changed[0]).toContain('matching')
    expect((await backupOf(bridge.db)).at(-2)).toBe(before.at(-2))

    await bridge.db`delete from conflict`
    await goOn(bridge)
    expect(await opsSince(bridge.db, last)).toEqual([])
    expect(await shown(bridge)).toEqual(seen)
  })

  it('doubles nothing of what its successor had done, and takes in what users did meanwhile', async () => {
    await using bridge = await openBridge({ ownRecord: true })
    const [edited, completed, deleted] = [
      await bridge.addFubTask({ name: 'Edited' }),
      await bridge.addFubTask({ name: 'Completed' }),
      await bridge.addFubTask({ name: 'Deleted' }),
    ]
    await bridge.addFubTask({ name: 'Left alone' })
    await bridge.settle()
    const weekly = {
      content: `Repeats fub:${PERSON}`,
      project_id: await bridge.general(),
      due_string: 'every week',
    }
    const { id: repeating } = (await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', weekly))
      .body
    await bridge.settle()
    const backup = await backupOf(bridge.db)

    await bridge.fub.call('PUT', `/v1/tasks/${edited.id}`, { name: 'Edited later', dueDate: '2027-04-01' })
    await bridge.fub.call('PUT', `/v1/tasks/${completed.id}`, { isCompleted: 1 })
    await bridge.fub.call('DELETE', `/v1/tasks/${deleted.id}`)
    await bridge.addFubTask({ name: 'New in the CRM' })
    const item = { content: `New in the app fub:${PERSON}`, project_id: await bridge.general() }
    await bridge.todoist.call('POST', '/api/v1/tasks', item)
    await bridge.worker.pull('left', 'complete')
    await bridge.settle()
    await bridge.todoist.call('POST', `/api/v1/tasks/${repeating}/close`)
    await bridge.settle()
    const seen = await shown(bridge)

    await restore(bridge.db, backup)
    const last = await lastOp(bridge.db)
    await goOn(bridge)
    expect(await shown(bridge)).toEqual(seen)
    expect(await opsSince(bridge.db, last)).toEqual([])

    // From here on it is a record like any other, also of tasks that it did not know.
    const late = (await bridge.fubTasks()).find((task) => task.name === 'New in the app')
    await bridge.fub.call('PUT', `/v1/tasks/${late?.id}`, { name: 'Known again' })
    const new_ = (await bridge.items()).find((one) => one.content === 'New in the CRM')
    await bridge.todoist.call('POST', `/api/v1/tasks/${new_?.id}`, { content: 'Known as well' })
    await bridge.settle()
    expect((await bridge.items()).map(({ content }) => content)).toContain('Known again')
    expect((await bridge.fubTasks()).map(({ name }) => name)).toContain('Known as well')
  })

  it('makes nothing twice that was about to be made when it was taken', async () => {
    await using bridge = await openBridge({ ownRecord: true })
    await bridge.addFubTask({ name: 'So that General is there' })
    await bridge.settle()
    await bridge.addFubTask({ name: 'About to be made' })
    await bridge.worker.pull('left', 'incremental')
    const pairs = await bridge.db<{ id: string }[]>`select id from pair where memory = 'new'`
    await plan(bridge.deps, { pairIds: pairs.map(({ id }) => id) })
    expect(await bridge.db`select from op where status = 'planned'`).toHaveLength(1)
    const backup = await backupOf(bridge.db)
    await bridge.settle()
    const seen = await shown(bridge)

    await restore(bridge.db, backup)
    await goOn(bridge)
    expect(await shown(bridge)).toEqual(seen)
    expect(seen.items).toHaveLength(2)
  })
})
