import { beforeEach, expect, test } from 'vitest'
import type { Provider } from '../../src/providers/contract.ts'
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

/** The CRM's provider in which the next call that makes a note ends with the death of its worker. */
function dieAtCreate(when: 'before' | 'after'): void {
  const providers = desk.deps.providers as Map<string, Provider>
  const crm = providers.get('follow-up-boss')
  const { notes } = crm ?? {}
  if (crm === undefined || notes === undefined) throw new Error('Follow Up Boss has notes')
  const create: typeof notes.create = async (...given) => {
    providers.set(crm.kind, crm)
    if (when === 'after') await notes.create(...given)
    throw new Error('killed')
  }
  providers.set(crm.kind, { ...crm, notes: { ...notes, create } })
}

test.each(['before', 'after'] as const)(
  'a worker that is killed %s the call makes one note',
  async (when) => {
    const id = await desk.comment('Call', 'Left voicemail')
    await desk.worker.pull('right', 'incremental')
    dieAtCreate(when)
    await expect(desk.worker.work()).rejects.toThrow('killed')
    expect(await desk.bodies()).toHaveLength(when === 'after' ? 1 : 0)
    await desk.settle()
    expect(await desk.bodies()).toEqual([commentBody('Call', 'Left voicemail', id)])
  },
)
