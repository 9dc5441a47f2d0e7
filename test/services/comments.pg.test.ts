import { beforeEach, expect, test } from 'vitest'
import { PERSON } from './bridge.ts'
import { commentBody, type NoteDesk, openNoteDesk } from './note-desk.ts'

let desk: NoteDesk

beforeEach(async () => {
  desk = await openNoteDesk({ comments: true })
  await desk.addFubTask({ name: 'Call' })
  await desk.settle()
  return () => desk[Symbol.asyncDispose]()
})

test('of users become notes on the person, once, and nothing is written in quiet', async () => {
  const first = await desk.comment('Call', 'Left voicemail')
  const second = await desk.comment('Call', 'See this', {
    file_name: 'report.pdf',
    file_url: 'https://files.example/report.pdf',
    resource_type: 'file',
  })
  await desk.settle()
  expect(await desk.notes()).toMatchObject([
    { personId: PERSON, body: commentBody('Call', 'Left voicemail', first) },
    {
      personId: PERSON,
      body: commentBody('Call', 'See this\nFile: report.pdf https://files.example/report.pdf', second),
    },
  ])
  const before = await desk.asked('POST')
  const reads = await desk.asked('GET')
  await desk.settle()
  expect([await desk.asked('POST'), await desk.asked('PUT')]).toEqual([before, 0])
  expect(await desk.asked('GET')).toBe(reads)
})

test('that are edited have their notes edited; a note of one that is deleted stays', async () => {
  const id = await desk.comment('Call', 'Left voicemail')
  await desk.settle()
  await desk.editComment(id, 'She called back')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'She called back', id)])
  await desk.todoist.call('DELETE', `/api/v1/comments/${id}`)
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'She called back', id)])
})

test('a note that somebody edits or deletes in the CRM is left alone', async () => {
  const one = await desk.comment('Call', 'One')
  const two = await desk.comment('Call', 'Two')
  await desk.settle()
  const [first, second] = await desk.notes()
  await desk.fub.call('PUT', `/v1/notes/${first?.id}`, { body: 'Mine now' })
  await desk.fub.call('DELETE', `/v1/notes/${second?.id}`)
  await desk.editComment(one, 'One more')
  await desk.editComment(two, 'Two more')
  await desk.settle()
  expect(await desk.bodies()).toEqual(['Mine now'])
  await desk.editComment(two, 'Two again')
  await desk.settle()
  expect(await desk.bodies()).toEqual(['Mine now'])
})

test('of a task that is made with its comment, before anybody has seen either', async () => {
  const { body } = await desk.todoist.call<{ id: string }>('POST', '/api/v1/tasks', {
    content: 'Visit',
    labels: ['crm', `person-${PERSON}`],
  })
  const id = await desk.comment('Visit', 'At noon')
  await desk.settle()
  expect(body.id).toBe((await desk.item('Visit')).id)
  expect(await desk.bodies()).toEqual([commentBody('Visit', 'At noon', id)])
})

test('of tasks that are nobody’s business here stay where they are, and ours too', async () => {
  await desk.todoist.call('POST', '/api/v1/tasks', { content: 'Private' })
  await desk.comment('Private', 'Nobody’s business')
  await desk.todoist.call('POST', '/api/v1/tasks', { content: 'Whose', labels: ['crm'] })
  await desk.settle()
  const [told] = (
    await desk.todoist.call<{ results: { content: string }[] }>(
      'GET',
      `/api/v1/comments?task_id=${(await desk.item('Whose')).id}`,
    )
  ).body.results
  expect(told?.content).toMatch(/^Dealbridge: /u)
  await desk.todoist.call('POST', `/api/v1/tasks/${(await desk.item('Whose')).id}`, {
    labels: ['crm', `person-${PERSON}`],
  })
  await desk.settle()
  expect((await desk.fubTasks()).map(({ name }) => name).sort()).toEqual(['Call', 'Whose'])
  expect(await desk.bodies()).toEqual([])
  const rows = await desk.db`select words from note where words is not null`
  expect(rows).toHaveLength(0)
})

test('from before are not copied, also not when they are edited or the service forgets the cursor', async () => {
  await desk.db`delete from sync_state where stream like 'comments/%'`
  const old = await desk.comment('Call', 'Old')
  await desk.settle()
  await desk.editComment(old, 'Old, edited')
  await desk.settle()
  expect(await desk.bodies()).toEqual([])
  await desk.db`update sync_state set cursor = 'unknown' where stream like 'comments/%'`
  const id = await desk.comment('Call', 'New')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'New', id)])
})
