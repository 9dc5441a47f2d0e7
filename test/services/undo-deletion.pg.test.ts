import { describe, expect, it } from 'vitest'
import { type Undone, undoOps } from '../../src/activities/undo.ts'
import { opsToUndo } from '../../src/activities/undo-selection.ts'
import { LONG_AGO } from '../../src/core/db-time.ts'
import { inTransaction } from '../../src/store/database.ts'
import { type Bridge, openBridge, PERSON, type TodoistItem } from './bridge.ts'

type Item = TodoistItem & {
  readonly priority: number
  readonly due: { readonly date: string; readonly string: string; readonly is_recurring: boolean } | null
}

const HELD = {
  content: 'Call Tom',
  labels: ['call', 'VIP'],
  priority: 4,
  due: { string: 'every monday', is_recurring: true },
} as const

/** A repeating task of somebody's, in step, to which its user has added what only Todoist has a field for. */
async function richTask(bridge: Bridge): Promise<Item> {
  await bridge.addFubTask({ name: 'Something else' })
  await bridge.settle()
  const { body } = await bridge.todoist.call<Item>('POST', '/api/v1/tasks', {
    content: `Call Tom fub:${PERSON}`,
    project_id: await bridge.general(),
    due_string: 'every monday',
    labels: ['call', 'VIP'],
    priority: 4,
  })
  await bridge.settle()
  const marked = await itemOf(bridge)
  await bridge.todoist.call('POST', `/api/v1/tasks/${body.id}`, {
    description: `Gate code 4711\n\n${marked.description}`,
  })
  await bridge.settle()
  return itemOf(bridge)
}

const callsOf = async (bridge: Bridge) => ({
  items: (await bridge.items()).filter(({ content }) => content === 'Call Tom') as Item[],
  tasks: (await bridge.fubTasks()).filter(({ name }) => name === 'Call Tom'),
})

async function itemOf(bridge: Bridge): Promise<Item> {
  const [item] = (await callsOf(bridge)).items
  if (item === undefined) throw new Error('Todoist has no such task')
  return item
}

/** Deletions of a service without tombstones count after a grace. */
async function settleDeletion(bridge: Bridge): Promise<void> {
  for (const _ of [1, 2]) {
    await bridge.worker.pull('left', 'complete')
    await bridge.settle()
  }
  const { items, tasks } = await callsOf(bridge)
  expect([items, tasks]).toEqual([[], []])
}

const undoAll = (bridge: Bridge): Promise<Undone> =>
  inTransaction(bridge.db, async (tx) => {
    const ops = await opsToUndo(tx, { since: LONG_AGO, routeId: null })
    return undoOps(
      tx,
      bridge.deps,
      ops.filter(({ verb }) => verb === 'delete'),
    )
  })

describe('a deletion that is taken back brings back the whole task, on both sides', () => {
  it.each([
    [
      'Follow Up Boss',
      async (bridge: Bridge, _item: Item) => {
        const [task] = (await callsOf(bridge)).tasks
        await bridge.fub.call('DELETE', `/v1/tasks/${task?.id}`)
      },
    ],
    [
      'Todoist',
      async (bridge: Bridge, item: Item) => {
        await bridge.todoist.call('DELETE', `/api/v1/tasks/${item.id}`)
      },
    ],
  ])('where its user deleted it in %s', async (_, remove) => {
    await using bridge = await openBridge({ policy: { deletes: { left: 'propagate', right: 'propagate' } } })
    const before = await richTask(bridge)
    await remove(bridge, before)
    await settleDeletion(bridge)

    const { untouched, writes } = await undoAll(bridge)
    expect(untouched).toEqual([])
    expect(writes).toHaveLength(1)
    for (const __ of [1, 2]) await bridge.settle()
    const { items, tasks } = await callsOf(bridge)
    expect(items).toMatchObject([{ ...HELD, due: { ...HELD.due, date: before.due?.date } }])
    expect(items[0]?.description).toMatch(/^Gate code 4711\n\n---\n(?:.*\n)*dealbridge: \S+$/)
    expect(items[0]?.description.match(/dealbridge:/g)).toHaveLength(1)
    expect(tasks).toMatchObject([
      { type: 'Call', personId: PERSON, dueDate: before.due?.date, isCompleted: 0 },
    ])
    expect(await bridge.db`select state from pair where state <> 'ok'`).toEqual([])

    expect(
      await inTransaction(bridge.db, (tx) => opsToUndo(tx, { since: LONG_AGO, routeId: null })),
    ).not.toEqual(expect.arrayContaining([expect.objectContaining({ verb: 'delete' })]))
    const later = await bridge.db<{ cause: string }[]>`
      select cause from op where id > (select max(id) from op where verb = 'delete') and after <> '{}'`
    expect(new Set(later.map(({ cause }) => cause))).toEqual(new Set(['undo']))
  })
})
