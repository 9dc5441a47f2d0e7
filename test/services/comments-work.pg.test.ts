import { beforeEach, expect, test } from 'vitest'
import { writeNotes } from '../../src/activities/notes/write-notes.ts'
import { pull } from '../../src/activities/pull.ts'
import { storeDelivery, waitingDeliveries } from '../../src/store/deliveries.ts'
import { commentBody, type NoteDesk, openNoteDesk } from './note-desk.ts'

let desk: NoteDesk

beforeEach(async () => {
  desk = await openNoteDesk({ comments: true })
  await desk.addFubTask({ name: 'Call' })
  await desk.settle()
  return () => desk[Symbol.asyncDispose]()
})

test('several workers at once write each note once', async () => {
  const texts = ['One', 'Two', 'Three']
  for (const text of texts) await desk.comment('Call', text)
  await desk.worker.pull('right', 'incremental')
  const input = { connectionId: desk.leftId, priority: 'poll' } as const
  const signal = new AbortController().signal
  await Promise.all([1, 2, 3].map(() => writeNotes(desk.deps, input, signal)))
  await desk.settle()
  expect((await desk.bodies()).map((body) => body.split('\n')[1]).sort()).toEqual([...texts].sort())
})

test('a comment is not copied that is deleted before its note was sent', async () => {
  const id = await desk.comment('Call', 'Left voicemail')
  await desk.worker.pull('right', 'incremental')
  await desk.todoist.call('DELETE', `/api/v1/comments/${id}`)
  await desk.worker.pull('right', 'incremental')
  await desk.settle()
  expect(await desk.bodies()).toEqual([])
  expect(await desk.db`select from note where words is not null`).toHaveLength(0)
})

test('what the CRM refuses is told, and holds nothing else up', async () => {
  await desk.fault('fub', [{ match: 'POST /v1/notes', nth: 1, do: 'status:400' }])
  await desk.comment('Call', 'One')
  const two = await desk.comment('Call', 'Two')
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Two', two)])
  expect(await desk.db`select state, last_error is not null as told from note order by id`).toEqual([
    { state: 'refused', told: true },
    { state: 'written', told: false },
  ])
})

test('an event about comments costs nothing where no route copies them, and else brings them', async () => {
  const [todoist] = await desk.db<{ id: string }[]>`select id from connection where provider = 'todoist'`
  const connectionId = todoist?.id ?? ''
  const announce = (deliveryId: string) =>
    storeDelivery(desk.db, {
      connectionId,
      deliveryId,
      about: 'comments',
      remoteIds: [],
      made: false,
      deleted: false,
    })
  const nudge = () =>
    pull(desk.deps, { connectionId, mode: 'nudge', priority: 'change' }, new AbortController().signal)

  await announce('one')
  const id = await desk.comment('Call', 'Left voicemail')
  expect((await nudge()).idle).not.toBe(true)
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Left voicemail', id)])
  await desk.db`update route set policy = policy - 'comments'`
  await announce('two')
  expect(await nudge()).toEqual({ found: 0, more: false, idle: true })
  expect(await waitingDeliveries(desk.db, connectionId)).toEqual([])
})
