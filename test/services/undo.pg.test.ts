import { expect, it } from 'vitest'
import { undoOps } from '../../src/activities/undo.ts'
import { opsToUndo } from '../../src/activities/undo-selection.ts'
import type { DbTime } from '../../src/core/db-time.ts'
import { clockNow } from '../../src/store/clock.ts'
import { inTransaction } from '../../src/store/database.ts'
import { type Bridge, type FubTask, openBridge, type TodoistItem } from './bridge.ts'

/** Four tasks of either side: days, times and none; in Todoist floating and zoned ones, with text and labels. */
async function makeTasks(bridge: Bridge): Promise<void> {
  await bridge.addFubTask({ name: 'A', type: 'Call', dueDate: '2026-12-01' })
  await bridge.addFubTask({ name: 'B', type: 'Showing', dueDateTime: '2026-12-02T15:30:00Z' })
  await bridge.addFubTask({ name: 'C' })
  await bridge.addFubTask({ name: 'D', type: 'Email', dueDate: '2027-03-14' })
  await bridge.settle()
  const general = await bridge.general()
  for (const fields of [
    { content: 'E', due_datetime: '2026-12-05T09:15:00', labels: ['call', 'home'] },
    { content: 'F', due_datetime: '2026-12-06T09:15:00Z', description: 'Ask for the keys' },
    { content: 'G', due_date: '2026-12-07', labels: ['paperwork'] },
    { content: 'H', labels: ['home'], description: 'One\n\nTwo' },
  ])
    await bridge.todoist.call('POST', '/api/v1/tasks', {
      ...fields,
      content: `${fields.content} fub:5001`,
      project_id: general,
    })
  await bridge.settle()
}

/** As a person edits a selection, all in one go; the first three are ticked off as well. */
async function editAll(bridge: Bridge, items: readonly TodoistItem[]): Promise<void> {
  const command = (type: string, args: object) => ({ type, uuid: crypto.randomUUID(), args })
  const updates = items.map((item) =>
    command('item_update', {
      id: item.id,
      content: `${item.content} (wrong)`,
      due: { date: '2027-01-31' },
      labels: ['closing', ...item.labels.filter((label) => label === 'home'), 'oops'],
      description: `Typed by mistake\n${item.description}`,
    }),
  )
  const closes = items.slice(0, 3).map((item) => command('item_close', { id: item.id }))
  await bridge.todoist.call('POST', '/api/v1/sync', { commands: [...updates, ...closes] })
}

const byName = (one: { name: string }, other: { name: string }) => one.name.localeCompare(other.name)

/** All that Follow Up Boss shows of the tasks. */
async function inFollowUpBoss(bridge: Bridge): Promise<Partial<FubTask>[]> {
  const tasks = (await bridge.fubTasks()).map(({ id, name, type, isCompleted, dueDate, dueDateTime }) => ({
    ...{ id, name, type, isCompleted, dueDate, dueDateTime },
  }))
  return tasks.sort(byName)
}

const OWN = ['home', 'oops']

/** What Todoist shows; `own`: of what Follow Up Boss does not have, which no write of ours has touched. */
async function inTodoist(bridge: Bridge) {
  const shown = (await bridge.items()).map(({ id, content, labels, checked, due, description }) => ({
    fields: {
      id,
      name: content,
      type: labels.filter((label) => !OWN.includes(label)),
      checked,
      due: due && { date: due.date, timezone: due.timezone },
    },
    own: {
      name: content,
      labels: labels.filter((label) => OWN.includes(label)),
      lines: description.split('\n').filter((line) => line !== ''),
    },
  }))
  return {
    fields: shown.map((one) => one.fields).sort(byName),
    own: shown.map((one) => one.own).sort(byName),
  }
}

const undoSince = ({ db, deps }: Bridge, since: DbTime) =>
  inTransaction(db, async (tx) => {
    const ops = await opsToUndo(tx, { since, routeId: null })
    return undoOps(tx, deps, ops)
  })

it('eight tasks that were edited wrongly at once in Todoist are as before on both sides, and stay so', async () => {
  await using bridge = await openBridge()
  await makeTasks(bridge)
  const before = { left: await inFollowUpBoss(bridge), right: await inTodoist(bridge) }
  expect(before.left).toHaveLength(8)
  expect(before.right.fields).toHaveLength(8)
  const since = await clockNow(bridge.db)
  await editAll(bridge, await bridge.items())
  await bridge.settle()
  const wrong = await inFollowUpBoss(bridge)
  expect(wrong.filter((task) => task.name?.endsWith('(wrong)') && task.type === 'Closing')).toHaveLength(8)
  expect(wrong.filter((task) => task.isCompleted === 1)).toHaveLength(3)

  const undone = await undoSince(bridge, since)
  expect(undone.untouched).toEqual([])
  await bridge.settle()
  expect(await inFollowUpBoss(bridge)).toEqual(before.left)
  const after = await inTodoist(bridge)
  expect(after.fields).toEqual(before.right.fields)
  // What only Todoist has was never written by us, and stays as its user left it.
  expect(after.own).toEqual(
    before.right.own.map((one) => ({
      ...one,
      labels: [...one.labels, 'oops'],
      lines: ['Typed by mistake', ...one.lines],
    })),
  )

  expect(await undoSince(bridge, since)).toMatchObject({ ops: [], writes: [], untouched: [] })
  await bridge.settle()
  expect(await inFollowUpBoss(bridge)).toEqual(before.left)
  expect((await inTodoist(bridge)).fields).toEqual(before.right.fields)
})
