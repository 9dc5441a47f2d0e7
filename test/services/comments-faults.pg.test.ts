import { beforeEach, expect, test } from 'vitest'
import { commentBody, type NoteDesk, openNoteDesk } from './note-desk.ts'

let desk: NoteDesk

beforeEach(async () => {
  desk = await openNoteDesk({ comments: true })
  await desk.addFubTask({ name: 'Call' })
  await desk.settle()
  return () => desk[Symbol.asyncDispose]()
})

test.each(['reply-lost', 'status:500'])('a call that ends with %s makes one note', async (fault) => {
  await desk.fault('fub', [{ match: 'POST /v1/notes', nth: 1, do: fault }])
  const id = await desk.comment('Call', 'Left voicemail')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Left voicemail', id)])
})

test('an edit whose answer is lost is no hand of somebody else', async () => {
  const id = await desk.comment('Call', 'One')
  await desk.settle()
  await desk.fault('fub', [{ match: 'PUT /v1/notes', nth: 1, do: 'reply-lost' }])
  await desk.editComment(id, 'Two')
  await desk.settle()
  await desk.editComment(id, 'Three')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Three', id)])
})

test('an edit while the answer is lost arrives in the one note', async () => {
  await desk.fault('fub', [{ match: 'POST /v1/notes', nth: 1, do: 'reply-lost' }])
  const id = await desk.comment('Call', 'One')
  await desk.worker.pull('right', 'incremental')
  while (await desk.worker.work()) if ((await desk.bodies()).length > 0) break
  expect(await desk.bodies()).toEqual([commentBody('Call', 'One', id)])
  await desk.editComment(id, 'Two')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Two', id)])
})
