import { expect, it } from 'vitest'
import { beginLeaving } from '../../src/activities/connect.ts'
import { connectionById } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { todoistState } from './account-state.ts'
import { type Bridge, openBridge, PERSON } from './bridge.ts'
import { cleanHere } from './cleaning.ts'

const OURS = /dealbridge|needs-person|General CRM|who it is for|Name the person/iu

async function leave({ db, deps }: Bridge): Promise<string> {
  const [row] = await db<{ id: string }[]>`select id from connection where provider = 'todoist'`
  const id = row?.id ?? ''
  await inTransaction(db, async (tx) => beginLeaving(tx, await connectionById(tx, id)))
  await cleanHere(deps, id)
  return id
}

/** The user deletes in Todoist what was made for a task of the CRM. */
async function removeCopy(bridge: Bridge, taskId: number): Promise<void> {
  const copy = (await bridge.items()).find(({ description }) => description.endsWith(`/task/${taskId}`))
  await bridge.todoist.call('DELETE', `/api/v1/tasks/${copy?.id}`)
}

/** A task of the CRM in General, and one of the user's for which nobody knows the person: with a label and a comment. */
async function openBegun() {
  const bridge = await openBridge()
  const before = await todoistState(bridge.todoist)
  const made = await bridge.addFubTask({ name: 'Call Tom', personId: PERSON })
  await bridge.settle()
  const project_id = await bridge.general()
  const { body } = await bridge.todoist.call<{ id: string }>('POST', '/api/v1/tasks', {
    content: 'For whom?',
    project_id,
  })
  await bridge.settle()
  const told = (await bridge.items()).find(({ id }) => id === body.id)
  expect(told?.labels).toContain('needs-person')
  expect((await todoistState(bridge.todoist)).join('\n')).toMatch(/notes .*For whom|notes /u)
  return { bridge, before, made, asked: body.id }
}

it('a home of ours in which something is stays with its tasks, without our marker; labels and comments of ours go', async () => {
  const { bridge: opened, asked } = await openBegun()
  await using bridge = opened
  await leave(bridge)
  const after = await todoistState(bridge.todoist)
  const words = after.map((one) => one.replace('General CRM Tasks', '')).join('\n')
  expect(words).not.toMatch(OURS)
  expect(after.filter((one) => one.startsWith('notes '))).toEqual([])
  expect(
    (await bridge.items()).map(({ content, labels, description }) => [content, labels, description]).sort(),
  ).toEqual([
    ['Call Tom', [], ''],
    ['For whom?', [], ''],
  ])
  expect((await bridge.items()).map(({ id }) => id)).toContain(asked)
})

it('an empty home with a completed task in it stays', async () => {
  const { bridge: opened, made, asked } = await openBegun()
  await using bridge = opened
  const general = await bridge.general()
  await removeCopy(bridge, made.id)
  await bridge.todoist.call('POST', `/api/v1/tasks/${asked}/close`)
  await leave(bridge)
  const kept = await todoistState(bridge.todoist, [asked])
  expect(kept.join('\n')).toContain(`projects ${general}`)
  expect(kept.join('\n')).toContain('For whom?')
  expect(kept.join('\n')).not.toMatch(/dealbridge|needs-person/iu)
})

it('an empty home is deleted, also when answers are lost, and the account is as before', async () => {
  const { bridge: opened, before, made, asked } = await openBegun()
  await using bridge = opened
  await removeCopy(bridge, made.id)
  const inbox = before.find((one) => one.includes('"inbox_project":true'))?.split(' ')[1]
  await bridge.todoist.call('POST', `/api/v1/tasks/${asked}/move`, { project_id: inbox })
  bridge.weather.todoist.on('reply-lost', { nth: 3, times: 3 })
  await leave(bridge)
  const after = await todoistState(bridge.todoist)
  expect(after.filter((one) => !one.startsWith('items '))).toEqual(before)
  expect(after.join('\n')).not.toMatch(OURS)
  expect((await bridge.items()).map(({ content, labels }) => [content, labels])).toEqual([['For whom?', []]])
})
