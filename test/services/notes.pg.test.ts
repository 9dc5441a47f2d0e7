import { beforeEach, describe, expect, test } from 'vitest'
import { DEFAULT_DEALS } from '../../src/core/deal-policy.ts'
import { logLines, readLog } from '../../src/starter/commands/log.ts'
import { markLeaving } from '../../src/store/connections.ts'
import { inTransaction } from '../../src/store/database.ts'
import { PERSON } from './bridge.ts'
import { cleanHere } from './cleaning.ts'
import { type NoteDesk, openNoteDesk } from './note-desk.ts'

let desk: NoteDesk

describe('a note that tells of a task', () => {
  beforeEach(async () => {
    desk = await openNoteDesk({ notes: true, deals: DEFAULT_DEALS })
    return () => desk[Symbol.asyncDispose]()
  })

  test('is made once for each, and follows it', async () => {
    const { id } = await desk.addFubTask({ name: 'Call', dueDate: '2027-03-05' })
    await desk.settle()
    const mark = `dealbridge: follow-up-boss/task/${id}`
    expect(await desk.notes()).toMatchObject([
      { personId: PERSON, body: `Task: Call\nDue: 2027-03-05\nState: open\n\n${mark}` },
    ])
    await desk.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Call')).id}`, {
      content: 'Call twice',
      description: `Ask for the report\n\n${(await desk.item('Call')).description}`,
    })
    await desk.settle()
    expect(await desk.bodies()).toEqual([
      `Task: Call twice\nDue: 2027-03-05\nState: open\n\nAsk for the report\n\n${mark}`,
    ])
    await desk.fub.call('PUT', `/v1/tasks/${id}`, { isCompleted: true })
    await desk.settle()
    expect(await desk.bodies()).toEqual([
      `Task: Call twice\nDue: 2027-03-05\nState: done\n\nAsk for the report\n\n${mark}`,
    ])
    const puts = await desk.asked('PUT')
    await desk.settle()
    expect([await desk.asked('POST'), await desk.asked('PUT')]).toEqual([1, puts])
  })

  test('is not made again when somebody deletes it, nor for a task that was over before', async () => {
    const { id } = await desk.addFubTask({ name: 'Call' })
    await desk.settle()
    await desk.fub.call('DELETE', `/v1/notes/${(await desk.notes())[0]?.id}`)
    await desk.fub.call('PUT', `/v1/tasks/${id}`, { name: 'Call twice' })
    await desk.settle()
    expect(await desk.bodies()).toEqual([])
  })

  test('is found again by its mark after a loss of the record', async () => {
    await desk.addFubTask({ name: 'Call' })
    await desk.settle()
    const before = await desk.notes()
    await desk.db`delete from note`
    await desk.loseTheRecord()
    await desk.settle()
    expect(await desk.notes()).toEqual(before)
  })
})

test('what we wrote of tasks goes with a connection that is removed cleanly, and log tells of it', async () => {
  desk = await openNoteDesk({ notes: true, comments: true, deals: DEFAULT_DEALS })
  for (const name of ['Call', 'Visit', 'Sign']) await desk.addFubTask({ name })
  await desk.settle()
  await desk.comment('Call', 'Left voicemail')
  await desk.settle()
  const edited = (await desk.notes()).find(({ body }) => body.startsWith('Task: Visit'))
  await desk.fub.call('PUT', `/v1/notes/${edited?.id}`, { body: `${edited?.body}\n\nAsk Ann` })
  // Its answer was lost, as far as the record knows.
  await desk.db`update note set remote_id = null where kind = 'task' and pair_id = (
    select p.id from pair p join pair_member m on m.pair_id = p.id join remote_task t on t.remote_id = m.remote_id
    where t.seen -> 'task' ->> 'title' = 'Sign' limit 1)`
  const lines = async () => logLines(desk, await readLog(desk, { limit: 1_000 }))
  expect((await lines()).filter((line) => line.includes('note on person 5001 made'))).toHaveLength(4)
  const [right] = await desk.db<{ id: string }[]>`select right_id as id from route`
  await inTransaction(desk.db, (tx) => markLeaving(tx, right?.id ?? ''))
  await cleanHere(desk.deps, right?.id ?? '')
  expect((await desk.bodies()).map((body) => body.split('\n')[0])).toEqual([
    'Task: Visit',
    'Comment in Todoist on “Call”:',
  ])
  expect((await lines()).filter((line) => line.includes('note on person 5001 deleted'))).toHaveLength(2)
  await desk[Symbol.asyncDispose]()
})

test('without being asked for, nothing is written and nothing asked', async () => {
  desk = await openNoteDesk({})
  await desk.addFubTask({ name: 'Call' })
  await desk.settle()
  await desk.comment('Call', 'Left voicemail')
  await desk.settle()
  expect(await desk.asked('GET')).toBe(0)
  expect(await desk.bodies()).toEqual([])
  expect(await desk.db`select from note`).toHaveLength(0)
  await desk[Symbol.asyncDispose]()
})
