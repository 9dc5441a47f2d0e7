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

test('a note that a list shows late is not made again', async () => {
  const id = await desk.comment('Call', 'Left voicemail')
  await desk.worker.pull('right', 'incremental')
  dieAtCreate('after')
  await expect(desk.worker.work()).rejects.toThrow('killed')
  await desk.fault('fub', [{ match: 'GET /v1/notes', nth: 1, do: 'stale-read:60000' }])
  await desk.settle()
  expect(await desk.bodies()).toEqual([commentBody('Call', 'Left voicemail', id)])
})
